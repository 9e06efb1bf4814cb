import type { Platform } from '../transport/platform.ts';
import { fetchClock } from './clock.ts';
import { fetchDispatcher } from './dispatcher.ts';
import { randomId } from './random-id.ts';
import { sha256 } from './sha256.ts';

/** Settings of {@link fetchPlatform}. */
export interface FetchPlatformOptions {
  /** Default: `process.env` where the runtime has it, else empty. On Workers: the bindings that a handler is given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Any runtime with fetch and WebCrypto as a {@link Platform}: Bun, Deno, Workers, Node. */
export function fetchPlatform(options: FetchPlatformOptions = {}): Platform {
  return {
    dispatcher: fetchDispatcher,
    clock: fetchClock,
    random: Math.random,
    randomId,
    sha256,
    environment: options.environment ?? processEnvironment(),
  };
}

function processEnvironment(): Readonly<Record<string, string | undefined>> {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  return process?.env ?? {};
}
