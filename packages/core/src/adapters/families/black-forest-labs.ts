import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Again, Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { given, type Json, record, text } from '../shared/read.ts';
import { editSide, imageText, jsonWith, readEditRequest } from './edit-request.ts';
import { type ImageRequest, imageSide, imagesResult, ratioOf, readImageRequest } from './image-request.ts';
import { mediaCall, withQuery } from './media-call.ts';

/** How long in ms an image is waited for before it is asked about again; the vendor's own samples wait 0.5 s. */
const PAUSE = 500;

/** Models that know the shape of an image and not its size. Source: https://docs.bfl.ml/api-reference/models/edit-or-create-an-image-with-flux-kontext-pro */
const SHAPED = /kontext|ultra/;

/** Source: https://docs.bfl.ml/quick_start/generating_images */
function jsonOf({ asked, prompt, size, format }: ImageRequest, target: Target): Json {
  // One image a request, by address.
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  if (asked.text('response_format') === 'b64_json') asked.drop('response_format');
  const { webhook_url: _, webhook_secret: __, ...options } = asked.options(target.provider);
  const measure = size !== undefined && SHAPED.test(target.model) ? { aspect_ratio: ratioOf(size) } : size;
  return { ...options, prompt, ...measure, ...given('output_format', format) };
}

const pathOf = ({ model }: Target): string => `/${encodeURIComponent(model)}`;

function render(body: Body, target: Target): UpstreamCall {
  const request = readImageRequest(body);
  const json = jsonOf(request, target);
  return mediaCall(target, pathOf(target), { json, dropped: request.asked.dropped });
}

/** Images are further members, the first without a number. Source: https://docs.bfl.ml/api-reference/models/generate-or-edit-an-image-with-flux2-%5Bpro%5D */
function renderEdit(body: Body, target: Target): UpstreamCall {
  const request = readEditRequest(body);
  const json = jsonOf(request, target);
  const members = request.images.map(
    (image, at) => [at === 0 ? 'input_image' : `input_image_${at + 1}`, imageText(image, 'base64')] as const,
  );
  return mediaCall(target, pathOf(target), {
    headers: { 'content-type': 'application/json' },
    body: jsonWith(json, members),
    dropped: request.asked.dropped,
  });
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
export const BLACK_FOREST_LABS = {
  images: imageSide(render, parse),
  'image-edits': editSide(renderEdit, parse),
} as const satisfies Readonly<Record<string, OperationSide>>;
