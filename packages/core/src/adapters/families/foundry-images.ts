import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { imageEdits as openaiEdits } from '../openai-chat/image-edits.ts';
import { images as openaiImages, parseImages } from '../openai-chat/images.ts';
import { array, given, type Json, record } from '../shared/read.ts';
import { imageFile, imageText, jsonWith, readEditRequest } from './edit-request.ts';
import { type ImageRequest, readImageRequest } from './image-request.ts';
import { mediaCall } from './media-call.ts';

/** Models that are served by their maker's API only; all others have OpenAI's form. Source: https://learn.microsoft.com/azure/foundry/foundry-models/how-to/use-foundry-models-flux */
const FLUX_2 = /^flux[.-]?2/i;

/** `FLUX.2-pro` at `flux-2-pro`, beside the row's baseUrl. Source: as before */
const pathOf = ({ model }: Target): string =>
  `/providers/blackforestlabs/v1/${encodeURIComponent(model.toLowerCase().replace('.', '-'))}?api-version=preview`;

/** One image a request, as base64. */
function jsonOf({ asked, prompt, size, format }: ImageRequest, target: Target): Json {
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  if (asked.text('response_format') === 'url') asked.drop('response_format');
  const options = asked.options(target.provider);
  return { ...options, model: target.model, prompt, n: 1, ...size, ...given('output_format', format) };
}

function render(body: Body, target: Target): UpstreamCall {
  const request = readImageRequest(body);
  const json = jsonOf(request, target);
  return mediaCall(target, pathOf(target), { wholePath: true, json, dropped: request.asked.dropped });
}

/** Images are further members, the first without a number, as at the maker's own API. */
function renderEdit(body: Body, target: Target): UpstreamCall {
  const request = readEditRequest(body);
  const json = jsonOf(request, target);
  const members = request.images.map(
    (image, at) => [at === 0 ? 'input_image' : `input_image_${at + 1}`, imageText(imageFile(image), 'base64')] as const,
  );
  return mediaCall(target, pathOf(target), {
    wholePath: true,
    headers: { 'content-type': 'application/json' },
    body: jsonWith(json, members),
    dropped: request.asked.dropped,
  });
}

/** The answer has OpenAI's form, and tells of no usage: images are what is priced. */
function parse(value: unknown, exchange: Exchange): OperationResult | Fault {
  const result = parseImages(value, exchange.created);
  if (!('body' in result)) return result;
  return { ...result, usage: { ...given('outputImages', array(record(result.body)?.['data'])?.length) } };
}

const either = (openai: OperationSide, flux: (body: Body, target: Target) => UpstreamCall): OperationSide => ({
  ...openai,
  render: (body, target, exchange) =>
    FLUX_2.test(target.model) ? flux(body, target) : openai.render(body, target, exchange),
  parse: (value, call, exchange) =>
    FLUX_2.test(call.target.model) ? parse(value, exchange) : openai.parse(value, call, exchange),
});

/** Images of Azure AI Foundry. */
export const FOUNDRY_IMAGES = {
  images: either(openaiImages, render),
  'image-edits': either(openaiEdits, renderEdit),
} as const satisfies Readonly<Record<string, OperationSide>>;
