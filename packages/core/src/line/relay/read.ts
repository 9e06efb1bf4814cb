import type { RelayRoute } from '../../adapters/routes.ts';
import { RequestError } from '../../kit/errors.ts';
import { nameWithin } from '../../kit/longest-name.ts';
import { isCleanPath } from '../../providers/call-url.ts';
import type { LineExchange } from '../exchange.ts';
import { openUpload } from './upload.ts';

const JSON_TYPE = /^application\/json\b/i;
const BODILESS: ReadonlySet<string> = new Set(['GET', 'DELETE']);

/**
 * read, of a request that is passed on: method and path are judged. JSON about something that a provider keeps is read, because it names ids and
 * models; any other body is only opened, and goes on as it comes. Throws RequestError.
 */
export async function readRelayed(exchange: LineExchange, relay: RelayRoute): Promise<void> {
  const { request, line } = exchange;
  if (
    !relay.methods.includes(request.method) ||
    (relay.resource !== undefined && relay.resource.action === undefined)
  ) {
    throw new RequestError(
      'method_not_allowed',
      `${request.method} is not allowed here; use ${relay.methods.join(', ')}.`,
      {
        headers: { allow: relay.methods.join(', ') },
      },
    );
  }
  if (!isCleanPath(relay.path)) throw new RequestError('invalid_request', 'This path can not be passed on.');
  if (BODILESS.has(request.method) || !hasBody(exchange)) return;
  if (relay.resource === undefined || !isJson(exchange)) {
    exchange.passing = openUpload(request, relay.maxBytes);
    return;
  }
  exchange.body = await request.body(line.settings.body);
  const model = exchange.body.fields().get('model');
  if (typeof model === 'string') exchange.peek = { ...exchange.peek, model: nameWithin(model) };
}

/** Clients say so, but for those that send chunks. */
function hasBody({ request }: LineExchange): boolean {
  const length = request.header('content-length');
  if (length !== undefined) return length !== '0';
  return request.header('transfer-encoding') !== undefined || request.header('content-type') !== undefined;
}

const isJson = ({ request }: LineExchange): boolean => JSON_TYPE.test(request.header('content-type') ?? '');
