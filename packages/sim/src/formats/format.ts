import type { Answer, SimUsage } from '../answer/answer.ts';
import type { Ask } from '../answer/ask.ts';
import type { Signer } from '../kit/signature.ts';
import type { Script } from '../script/parse.ts';
import type { Frame } from '../wire/frame.ts';
import type { Framing } from '../wire/framing.ts';
import type { Profile } from '../wire/profile.ts';
import type { SimResponse } from '../wire/response.ts';
import type { ErrorDetail, ErrorKind, VendorError } from './vendor-error.ts';

/** The names of the simulated formats. */
export type SimFormat =
  | 'openai-chat'
  | 'anthropic-messages'
  | 'gemini'
  | 'cohere'
  | 'ollama'
  | 'bedrock-converse'
  | 'openai-responses';

/** What a path stands for. */
export type SimOperation = 'chat' | 'embeddings' | 'count-tokens' | 'models' | 'rerank' | MediaOperation;

/** What is answered by files, or asked by them. */
export type MediaOperation =
  | ('moderations' | 'images' | 'image-edits' | 'image-variations')
  | ('speech' | 'transcriptions' | 'translations');

/** A request as it came in, its body parsed. */
export interface Received {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when it is none. */
  readonly body: unknown;
  /** Named by the path (Gemini, Azure deployments), else by the body. */
  readonly model: string;
}

/** All that goes into the bytes of an answer. */
export interface Saying {
  readonly received: Received;
  readonly ask: Ask;
  readonly script: Script;
  readonly answers: readonly Answer[];
  /** As given on the wire; undefined: none is given. */
  readonly usage: SimUsage | undefined;
  readonly signer: Signer;
  /** Differs between any two calls; ids are made from it. */
  readonly nonce: string;
  readonly seed: string | number;
  /** Seconds since the epoch, for formats that say when. */
  readonly created: number;
  readonly tokensPerEvent: number;
}

/** How strict the sim is. */
export interface Strictness {
  readonly signer: Signer;
  /** Are fields that the vendor doesn't know refused, as the vendor does? */
  readonly unknownFields: 'refuse' | 'allow';
  readonly script: Script;
}

/** One vendor's wire format as the sim speaks it. All functions are pure. */
export interface Format {
  readonly name: SimFormat;
  /** Does it bill tokens written to its cache apart? */
  readonly writesCache: boolean;
  /** The key that the request carries, or undefined. */
  key(received: Received): string | undefined;
  /** The vendor's answer to a missing (undefined) or unknown key. */
  keyError(key: string | undefined, received: Received): VendorError;
  /** What the vendor would refuse; undefined: it would answer. */
  refuse(received: Received, operation: SimOperation, strictness: Strictness): VendorError | undefined;
  /** Reads a request that was not refused. */
  read(received: Received, operation: SimOperation): Ask;
  error(kind: ErrorKind, detail: ErrorDetail): VendorError;
  /** An error's body as this request gets it; only Gemini's unframed streams differ. */
  errorBody(body: unknown, received: Received): unknown;
  /** The headers of any answer of this vendor. */
  headers(nonce: string): Readonly<Record<string, string>>;
  body(saying: Saying): unknown;
  /** The content type of bodies. */
  readonly contentType: string;
  frames(saying: Saying): Frame[];
  framing(received: Received, noisy: boolean): Framing;
  /** An in-band error event of a stream. */
  errorFrame(kind: 'overloaded' | 'server'): Frame;
  /** The answer to an operation with media, where the format has them. */
  media?(received: Received, operation: MediaOperation, created: number, profile: Profile): SimResponse;
  /** The body of an operation that is no chat. */
  other(operation: Exclude<SimOperation, 'chat'>, saying: Saying, models: readonly string[]): unknown;
}
