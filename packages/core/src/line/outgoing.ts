import type { UpstreamCall } from '../adapters/adapter.ts';
import { headersOf, urlOf } from '../providers/call-url.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { WireRequest } from '../transport/dispatcher.ts';

/** A call as it goes on the wire. A class, since it holds the body as long as the call runs (decisions/0006). */
export class Outgoing implements WireRequest {
  readonly method: WireRequest['method'];
  readonly origin: string;
  readonly path: string;
  readonly headers: WireRequest['headers'];
  readonly body: WireRequest['body'];
  readonly stream: boolean;

  /** `key`: by which the provider serves it once. */
  constructor({ deployment: { provider } }: PlannedAttempt, call: UpstreamCall, key?: string) {
    const url = urlOf(provider, call.path, call.wholePath);
    this.method = call.method;
    this.origin = url.origin;
    this.path = url.path;
    const headers = headersOf(provider, call);
    if (key !== undefined) headers[provider.row.idempotencyHeader ?? ''] ??= key;
    this.headers = headers;
    this.body = call.body;
    this.stream = call.stream;
  }
}
