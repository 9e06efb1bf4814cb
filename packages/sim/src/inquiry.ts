import type { OpenCall } from './call.ts';
import type { Received } from './formats/format.ts';
import type { Signer } from './kit/signature.ts';
import type { Settings } from './options.ts';
import type { Route } from './route.ts';

/** All that an answer depends on. */
export interface Inquiry {
  readonly settings: Settings;
  readonly signer: Signer;
  readonly route: Route;
  readonly received: Received;
  readonly call: OpenCall;
  /** Differs between any two calls. */
  readonly nonce: string;
}
