import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { parseDataUri } from '../shared/data-uri.ts';
import { record, records, text } from '../shared/read.ts';
import { imageSide, imagesResult, readImageRequest } from './image-request.ts';
import { mediaCall } from './media-call.ts';

/** A model is a path of its own. Sources: https://fal.ai/docs/model-apis/model-endpoints/synchronous-requests, https://fal.ai/models/fal-ai/flux/dev/api */
function render(body: Body, target: Target): UpstreamCall {
  const { asked, prompt, size, format } = readImageRequest(body);
  const n = asked.number('n');
  const inline = asked.text('response_format') === 'b64_json';
  const json = {
    ...asked.options(target.provider),
    prompt,
    ...(size === undefined ? {} : { image_size: size }),
    ...(n === undefined ? {} : { num_images: n }),
    ...(format === undefined ? {} : { output_format: format }),
    ...(inline ? { sync_mode: true } : {}),
  };
  const path = target.model.split('/').map(encodeURIComponent).join('/');
  return mediaCall(target, `/${path}`, { json, dropped: asked.dropped });
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
export const FAL = { images: imageSide(render, parse) } as const satisfies Readonly<Record<string, OperationSide>>;
