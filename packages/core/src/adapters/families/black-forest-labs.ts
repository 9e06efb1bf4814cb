import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Again, Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { record, text } from '../shared/read.ts';
import { imageSide, imagesResult, readImageRequest } from './image-request.ts';
import { mediaCall, withQuery } from './media-call.ts';

/** How long in ms an image is waited for before it is asked about again; the vendor's own samples wait 0.5 s. */
const PAUSE = 500;

/** Source: https://docs.bfl.ml/quick_start/generating_images */
function render(body: Body, target: Target): UpstreamCall {
  const { asked, prompt, size, format } = readImageRequest(body);
  // One image a request, by address.
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  if (asked.text('response_format') === 'b64_json') asked.drop('response_format');
  const { webhook_url: _, webhook_secret: __, ...options } = asked.options(target.provider);
  const json = { ...options, prompt, ...size, ...(format === undefined ? {} : { output_format: format }) };
  return mediaCall(target, `/${encodeURIComponent(target.model)}`, { json, dropped: asked.dropped });
}

/** The answer names an address to ask at; its host is never followed, so a row stands for one region, where an image is found by its id. */
function parse(value: unknown, call: UpstreamCall, exchange: Exchange): OperationResult | Fault | Again {
  const body = record(value) ?? {};
  const url = text(record(body['result'])?.['sample']);
  const [id, status] = [text(body['id']), text(body['status'])];
  if (status === 'Ready' && url !== undefined) return imagesResult([{ url }], exchange);
  if (status !== undefined && /moderated/i.test(status))
    return { kind: 'content-filter', message: `The provider answered: ${status}.` };
  if (status !== undefined && /^(?:error|failed|task not found)$/i.test(status))
    return { kind: 'unavailable', message: `The provider could not make the image: ${status}.` };
  if (id === undefined) return { kind: 'invalid-response', message: 'The provider answered without an image.' };
  const question = mediaCall(call.target, withQuery('/get_result', { id }), { method: 'GET' });
  return { again: question, afterMs: PAUSE };
}

/** Black Forest Labs: images, by an order that is asked about until it is done. */
export const BLACK_FOREST_LABS = { images: imageSide(render, parse) } as const satisfies Readonly<
  Record<string, OperationSide>
>;
