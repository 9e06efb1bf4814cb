import type { SimUsage } from './answer/answer.ts';
import type { FaultName } from './faults/names.ts';
import type { SimFormat, SimOperation } from './formats/format.ts';

/** How a call ended: `finished` as scripted, `cancelled` by the client, `broken` by the sim (cut or reset). */
export type CallEnd = 'finished' | 'cancelled' | 'broken';

/** One call as the sim saw it: the ground truth that a client's account of the same call is judged by. Lives on while the call is played. */
export interface SimCall {
  /** 1 for the first call of this sim. */
  readonly number: number;
  readonly method: string;
  /** Scheme, host and port as dialled; undefined over HTTP. */
  readonly origin: string | undefined;
  /** Path and query, as asked. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: Uint8Array;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
  /** Undefined for a path that no format has. */
  readonly format: SimFormat | undefined;
  readonly operation: SimOperation | undefined;
  readonly model: string;
  readonly stream: boolean;
  readonly faults: readonly FaultName[];
  /** Status that was or would have been sent; 0: none. */
  readonly status: number;
  /** The vendor's error body, when the vendor would have refused the request (no fault: the client's own mistake). */
  readonly refusal: unknown;
  /** What the call costs when it is finished, whatever the answer says about usage; undefined when nothing was generated. */
  readonly usage: SimUsage | undefined;
  /** Tokens of the answer written so far, reasoning and arguments included. */
  readonly emitted: number;
  /** Bytes of the body written so far. */
  readonly bytes: number;
  readonly end: CallEnd | undefined;
  /** ms on the sim's clock. */
  readonly openedAt: number;
  readonly headersAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Resolves when the call is over, whichever way. */
  readonly ended: Promise<CallEnd>;
}

/** A call that its player may write to. */
export type OpenCall = { -readonly [Name in keyof SimCall]: SimCall[Name] } & { close(end: CallEnd, at: number): void };

/** What is known of a call when it comes in. */
export type CallHead = Pick<SimCall, 'number' | 'method' | 'origin' | 'path' | 'headers' | 'bodyBytes' | 'openedAt'>;

/** A new call in the log. */
export function openCall(head: CallHead): OpenCall {
  let resolve: (end: CallEnd) => void = () => {};
  const ended = new Promise<CallEnd>((done) => {
    resolve = done;
  });
  const call: OpenCall = {
    ...head,
    body: undefined,
    format: undefined,
    operation: undefined,
    model: '',
    stream: false,
    faults: [],
    status: 0,
    refusal: undefined,
    usage: undefined,
    emitted: 0,
    bytes: 0,
    end: undefined,
    headersAt: undefined,
    endedAt: undefined,
    ended,
    close(end, at) {
      if (call.end !== undefined) return;
      call.end = end;
      call.endedAt = at;
      resolve(end);
    },
  };
  return call;
}
