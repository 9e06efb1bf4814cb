import type { Fault } from '../../chat/fault.ts';
import type { Body, FormPart } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { record, string, text } from '../shared/read.ts';
import { editSide, imageFile, onlyImage, readEditRequest } from './edit-request.ts';
import { type ImageRequest, imageSide, imagesResult, ratioOf, readImageRequest } from './image-request.ts';
import { formCall, inexpressible } from './media-call.ts';

/** The services of the API; a model that is none of them is one of the third, which takes its name as a field. */
const SERVICES: Readonly<Record<string, string>> = { 'stable-image-ultra': 'ultra', 'stable-image-core': 'core' };
const RATIOS = ['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21'];

/** The shape of the size that is asked for, where the models know it; another one is dropped. Undefined: the model's own. */
export function knownRatio({ asked, size }: ImageRequest): string | undefined {
  const ratio = size === undefined ? undefined : ratioOf(size);
  if (ratio === undefined || RATIOS.includes(ratio)) return ratio;
  asked.drop('size');
  return undefined;
}

/** A form without a file. Source: https://platform.stability.ai/docs/api-reference#tag/Generate */
function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const request = readImageRequest(body);
  const { asked, prompt, format } = request;
  // One image a request, as base64.
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  if (asked.text('response_format') === 'url') asked.drop('response_format');
  const service = SERVICES[target.model];
  const fields: Record<string, unknown> = {
    ...asked.options(target.provider),
    prompt,
    model: service === undefined ? target.model : undefined,
    aspect_ratio: knownRatio(request),
    output_format: format,
  };
  return formCall(
    target,
    `/stable-image/generate/${service ?? 'sd3'}`,
    exchange,
    Object.entries(fields).flatMap(partOf),
    { dropped: asked.dropped },
  );
}

/** What changes images, by its path; a name may stand as the vendor's models at other hosts do. Source: https://platform.stability.ai/docs/api-reference#tag/Edit, #tag/Control */
const EDITS: Readonly<Record<string, string>> = {
  inpaint: 'edit/inpaint',
  erase: 'edit/erase',
  outpaint: 'edit/outpaint',
  'search-and-replace': 'edit/search-and-replace',
  'search-and-recolor': 'edit/search-and-recolor',
  'remove-background': 'edit/remove-background',
  sketch: 'control/sketch',
  structure: 'control/structure',
  style: 'control/style',
  fast: 'upscale/fast',
  conservative: 'upscale/conservative',
};

/** Services that no prompt is for. */
const WORDLESS: ReadonlySet<string> = new Set(['erase', 'remove-background', 'fast']);

/** What a service needs besides (`search_prompt`, how far to paint beyond the edges …) stands in the options for this provider. */
function renderEdit(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const name = target.model.replace(/^stable-(?:image-)?(?:edit-|control-|upscale-)?/, '');
  const path = Object.hasOwn(EDITS, name) ? EDITS[name] : undefined;
  if (path === undefined) throw inexpressible('model', target.model, Object.keys(EDITS));
  const { asked, prompt, size, format, images } = readEditRequest(body);
  if (size !== undefined) asked.drop('size');
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  if (asked.text('response_format') === 'url') asked.drop('response_format');
  if (WORDLESS.has(name) && prompt !== '') asked.drop('prompt');
  const fields: Record<string, unknown> = {
    ...asked.options(target.provider),
    prompt: WORDLESS.has(name) || prompt === '' ? undefined : prompt,
    output_format: format,
  };
  const parts = [...Object.entries(fields).flatMap(partOf), { ...imageFile(onlyImage(images)), name: 'image' }];
  return formCall(target, `/stable-image/${path}`, exchange, parts, { dropped: asked.dropped });
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
export const STABILITY = {
  images: imageSide(render, parse),
  'image-edits': editSide(renderEdit, parse),
} as const satisfies Readonly<Record<string, OperationSide>>;
