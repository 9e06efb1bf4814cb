import type { Target, UpstreamCall } from './adapter.ts';

/** What a {@link PostCall} is made of. */
type Given = Pick<UpstreamCall, 'path' | 'headers' | 'body' | 'memo'>;

const NONE: readonly string[] = Object.freeze([]);

/** A call with a body. A class, since it holds the body as long as the call runs (decisions/0006). */
export class PostCall implements UpstreamCall {
  readonly method = 'POST';
  readonly path: string;
  readonly headers: UpstreamCall['headers'];
  readonly body: UpstreamCall['body'];
  readonly stream: boolean;
  readonly target: Target;
  readonly dropped: readonly string[];
  readonly inserted: readonly string[];
  readonly memo: unknown;

  constructor(target: Target, stream: boolean, given: Given, dropped = NONE, inserted = NONE) {
    this.path = given.path;
    this.headers = given.headers;
    this.body = given.body;
    this.stream = stream;
    this.target = target;
    this.dropped = dropped;
    this.inserted = inserted;
    this.memo = given.memo;
  }
}
