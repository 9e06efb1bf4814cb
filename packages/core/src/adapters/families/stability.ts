import type { Fault } from '../../chat/fault.ts';
import type { Body, FormPart } from '../../transport/body.ts';
import { multipartSource, multipartType } from '../../transport/multipart-write.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { record, string, text } from '../shared/read.ts';
import { imageSide, imagesResult, ratioOf, readImageRequest } from './image-request.ts';
import { mediaCall } from './media-call.ts';

/** The services of the API; a model that is none of them is one of the third, which takes its name as a field. */
const SERVICES: Readonly<Record<string, string>> = { 'stable-image-ultra': 'ultra', 'stable-image-core': 'core' };
const RATIOS = ['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21'];

/** A form without a file. Source: https://platform.stability.ai/docs/api-reference#tag/Generate */
function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const { asked, prompt, size, format } = readImageRequest(body);
  // One image a request, as base64.
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  if (asked.text('response_format') === 'url') asked.drop('response_format');
  const ratio = size === undefined ? undefined : ratioOf(size);
  if (ratio !== undefined && !RATIOS.includes(ratio)) asked.drop('size');
  const service = SERVICES[target.model];
  const fields: Record<string, unknown> = {
    ...asked.options(target.provider),
    prompt,
    model: service === undefined ? target.model : undefined,
    aspect_ratio: ratio !== undefined && RATIOS.includes(ratio) ? ratio : undefined,
    output_format: format,
  };
  const boundary = exchange.newId('postern-');
  return mediaCall(target, `/stable-image/generate/${service ?? 'sd3'}`, {
    headers: { 'content-type': multipartType(boundary) },
    body: multipartSource(Object.entries(fields).flatMap(partOf), boundary),
    dropped: asked.dropped,
  });
}

function partOf([name, value]: [string, unknown]): FormPart[] {
  return value === undefined ? [] : [{ name, value: string(value) ?? JSON.stringify(value) }];
}

function parse(value: unknown, _: UpstreamCall, exchange: Exchange): OperationResult | Fault {
  const body = record(value) ?? {};
  if (body['finish_reason'] === 'CONTENT_FILTERED')
    return { kind: 'content-filter', message: 'The provider filtered the image that it had made.' };
  const image = text(body['image']);
  if (image === undefined) return { kind: 'invalid-response', message: 'The provider answered without an image.' };
  return imagesResult([{ b64_json: image }], exchange);
}

/** Stability AI: images. */
export const STABILITY = { images: imageSide(render, parse) } as const satisfies Readonly<
  Record<string, OperationSide>
>;
