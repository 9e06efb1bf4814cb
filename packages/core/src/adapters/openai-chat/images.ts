import type { Fault } from '../../chat/fault.ts';
import type { OperationResult, OperationSide, Reading } from '../adapter.ts';
import { array, count, given, record } from '../shared/read.ts';
import { canonicalCall } from './canonical-call.ts';
import { errorIn, faultOf } from './fault.ts';
import { MediaMeter } from './media-meter.ts';
import { imagesUsage } from './media-usage.ts';
import { peekStream } from './operation-peek.ts';
import { Patch } from './patch.ts';

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

/** Images pass as they are, by URL or as base64. Source: https://platform.openai.com/docs/api-reference/images/object */
export function parseImages(value: unknown, created: number): OperationResult | Fault {
  const body = record(value);
  if (body === undefined) return invalid('The provider answered with something that is no list of images.');
  if (errorIn(body)) return faultOf(body, undefined);
  // The list may be left out, the time may not.
  if (array(body['data']) === undefined && (body['data'] !== undefined || count(body['created']) === undefined))
    return invalid('The provider answered without images.');
  const patch = new Patch(body);
  if (count(body['created']) === undefined) patch.set('created', created);
  return { body: patch.result, ...given('usage', imagesUsage(body)) };
}

/** A stream is one only when its type says so: some models answer whole, whatever was asked for. */
export const readsEvents = (type: string): Reading => (type.startsWith('text/event-stream') ? 'events' : 'json');

/** Images of OpenAI's API and the compatible ones. Source: https://platform.openai.com/docs/api-reference/images/create */
export const images: OperationSide = {
  peek: (fields) => ({ ...peekStream(fields), slow: true }),
  render: (body, target, exchange) =>
    canonicalCall(body, target, exchange, { operation: 'images', stream: exchange.peek.stream }),
  reads: readsEvents,
  parse: (body, _, exchange) => parseImages(body, exchange.created),
  meter: () => new MediaMeter(undefined),
};
