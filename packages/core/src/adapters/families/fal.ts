import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { parseDataUri } from '../shared/data-uri.ts';
import { type Json, record, records, text } from '../shared/read.ts';
import { editSide, imageText, jsonWith, listOf, onlyImage, readEditRequest } from './edit-request.ts';
import { type ImageRequest, imageSide, imagesResult, ratioOf, readImageRequest } from './image-request.ts';
import { mediaCall } from './media-call.ts';

/** Models that know the shape of an image and not its size. Sources: https://fal.ai/models/fal-ai/flux-pro/kontext/api, https://fal.ai/models/fal-ai/nano-banana/api */
const SHAPED = /kontext|ultra|nano-banana|imagen/;

/** A model is a path of its own. Sources: https://fal.ai/docs/model-apis/model-endpoints/synchronous-requests, https://fal.ai/models/fal-ai/flux/dev/api */
function jsonOf({ asked, prompt, size, format }: ImageRequest, target: Target): Json {
  const n = asked.number('n');
  const inline = asked.text('response_format') === 'b64_json';
  return {
    ...asked.options(target.provider),
    prompt,
    ...(size === undefined ? {} : SHAPED.test(target.model) ? { aspect_ratio: ratioOf(size) } : { image_size: size }),
    ...(n === undefined ? {} : { num_images: n }),
    ...(format === undefined ? {} : { output_format: format }),
    ...(inline ? { sync_mode: true } : {}),
  };
}

const pathOf = ({ model }: Target): string => `/${model.split('/').map(encodeURIComponent).join('/')}`;

function render(body: Body, target: Target): UpstreamCall {
  const request = readImageRequest(body);
  const json = jsonOf(request, target);
  return mediaCall(target, pathOf(target), { json, dropped: request.asked.dropped });
}

/**
 * Models that know their images as a list; to all others one image is the only one.
 * Sources: https://fal.ai/models/fal-ai/qwen-image-2/edit/api (list), https://fal.ai/models/fal-ai/qwen-image-edit/llms.txt (one),
 * https://fal.ai/models/fal-ai/flux-pro/kontext/multi/api (list), https://fal.ai/models/fal-ai/flux-pro/kontext/api (one)
 */
const SEVERAL = /\/(?:multi|edit)$|-edit-plus$/;

function renderEdit(body: Body, target: Target): UpstreamCall {
  const request = readEditRequest(body);
  const json = jsonOf(request, target);
  const images = request.images.map((image) => imageText(image, 'data-uri'));
  const member = SEVERAL.test(target.model)
    ? (['image_urls', listOf(images)] as const)
    : (['image_url', imageText(onlyImage(request.images), 'data-uri')] as const);
  return mediaCall(target, pathOf(target), {
    headers: { 'content-type': 'application/json' },
    body: jsonWith(json, [member]),
    dropped: request.asked.dropped,
  });
}

function parse(value: unknown, _: UpstreamCall, exchange: Exchange): OperationResult | Fault {
  const body = record(value) ?? {};
  const found = [...records(body['images']), ...records([body['image']])];
  const urls = found.flatMap((image) => text(image['url']) ?? []);
  if (urls.length === 0) return { kind: 'invalid-response', message: 'The provider answered without an image.' };
  return imagesResult(urls.map(imageOf), exchange);
}

/** With `sync_mode` the address is a data URI. */
function imageOf(url: string): { url: string } | { b64_json: string } {
  const inline = parseDataUri(url);
  return inline === undefined ? { url } : { b64_json: inline.data };
}

/** fal.ai: images. */
export const FAL = {
  images: imageSide(render, parse),
  'image-edits': editSide(renderEdit, parse),
} as const satisfies Readonly<Record<string, OperationSide>>;
