/**
 * Every fault, by the name that a model name or the `fault` option selects it with, and what it does.
 * Counts of tokens and milliseconds are defaults; {@link FaultSizes} changes them.
 */
export const FAULTS = {
  // The bytes are odd, the answer is whole.
  utf8: 'multibyte text, written byte by byte',
  crlf: 'event streams with CRLF line ends, comments, id: and retry: lines',
  paralleltools: 'three tool calls, their deltas interleaved where the format can, unknown vendor fields everywhere',
  'wrong-content-type': 'the right body under content-type text/plain',
  // The stream is broken.
  cut: 'the socket is cut after 8 tokens (not streamed: in the middle of the body)',
  cleancut: 'a clean end after 8 tokens, without finish reason or terminal event (not streamed: half the body)',
  badjson: 'a broken JSON event between good ones after 5 tokens (not streamed: a body that stops being JSON)',
  midfault: 'an in-band overload error after 5 tokens, then the end (not streamed: 529)',
  stall: '12 s of silence after 5 tokens, then the rest (not streamed: in the middle of the body)',
  trickle: 'one token per 30 s',
  'double-usage': 'the usage comes twice (streams only)',
  'no-terminal': 'all of the answer, but not the format’s terminal event (streams only)',
  'two-terminals': 'the terminal event comes twice (streams only)',
  'stays-open': 'the whole answer with its end, and a connection that stays open behind it (streams only)',
  bigline: 'one line of 60 MB',
  // The answer is not the format’s.
  'html-stream': 'status 200 and an HTML login page',
  html: 'status 200 and an HTML login page',
  empty: 'status 200 and no body',
  '200-error': 'status 200 and the body of an error',
  redirect: '307 to another path',
  bomb: '200 MB of body, gzipped to about 200 kB',
  'bad-gzip': 'content-encoding gzip over bytes that are not gzip',
  // The connection.
  slow: 'headers at once, the first byte of the body after 8 s (not streamed: everything after 8 s)',
  'late-headers': 'headers after 301 s',
  'reset-before-headers': 'the connection is reset before any byte',
  // Statuses, in the vendor’s own envelope.
  r429: '429 with a wait of 7 s (Retry-After; in Gemini’s body as RetryInfo)',
  quota: '429 for want of money: no wait helps',
  secret500: '500 whose text holds an API key',
  e400: '400, a rejected request',
  'e400-context': '400, the prompt is longer than the context window',
  'e400-filter': '400, the prompt was refused by a content filter',
  e401: '401',
  e402: '402',
  e403: '403',
  e404: '404, no such model',
  e408: '408',
  e413: '413',
  e500: '500',
  e502: '502 with an HTML body, as a load balancer gives it',
  e503: '503',
  e504: '504',
  e529: '529, overloaded',
} as const;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** How large and how long the faults are. */
export interface FaultSizes {
  /** Tokens before `cut` and `cleancut`; 0: what opens a stream comes, and nothing more. Default 8. */
  readonly cutAfter: number;
  /** Tokens before `badjson`, `midfault` and `stall`; 0: what opens a stream comes first. Default 5. */
  readonly faultAfter: number;
  /** Silence of `stall` in ms; Infinity: until the client leaves. Default 12,000. */
  readonly stall: number;
  /** Time between tokens of `trickle` in ms. Default 30,000. */
  readonly trickle: number;
  /** Wait of `slow` in ms. Default 8,000. */
  readonly slow: number;
  /** Wait of `late-headers` in ms. Default 301,000. */
  readonly lateHeaders: number;
  /** How long `stays-open` leaves the connection open, in ms. Default Infinity: until the client leaves. */
  readonly staysOpen: number;
  /** Bytes of the line of `bigline`. Default 60 MB. */
  readonly bigLine: number;
  /** Bytes of the unpacked body of `bomb`. Default 200 MB. */
  readonly bomb: number;
  /** Seconds that `r429` asks to wait. Default 7. */
  readonly retryAfter: number;
  /** The key in the text of `secret500`. */
  readonly secret: string;
  /** Where `redirect` points. Default: a path of the sim itself, whose calls are logged like any other. */
  readonly redirectTo: string;
}

/** The sizes unless options say otherwise. */
export const DEFAULT_SIZES: FaultSizes = {
  cutAfter: 8,
  faultAfter: 5,
  stall: 12_000,
  trickle: 30_000,
  slow: 8_000,
  lateHeaders: 301_000,
  staysOpen: Number.POSITIVE_INFINITY,
  bigLine: 60_000_000,
  bomb: 200_000_000,
  retryAfter: 7,
  secret: 'sk-SECRETKEY-0123456789abcdefghijklmnop',
  redirectTo: '/redirected',
};

/** Is this the name of a fault? */
export function isFault(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
