import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { given, type Json, record, strings, text } from '../shared/read.ts';
import { editSide, imageFile, imageText, jsonWith, listOf, onlyImage, readEditRequest } from './edit-request.ts';
import { type ImageRequest, imageSide, imagesResult, readImageRequest } from './image-request.ts';
import { inexpressible, mediaCall } from './media-call.ts';
import { knownRatio } from './stability.ts';

/** Models are invoked with bodies of their makers'. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html */
const pathOf = ({ model }: Target): string => `/model/${encodeURIComponent(model)}/invoke`;

/** By the model's maker, which stands in its id, in that of its inference profile and in both's ARNs. */
function makerOf({ model }: Target): 'amazon' | 'stability' {
  if (/(?:^|[./])amazon\.(?:titan-image|nova-canvas)/.test(model)) return 'amazon';
  if (/(?:^|[./])stability\./.test(model)) return 'stability';
  throw inexpressible('model', model, ['images of Titan, Nova Canvas and Stability AI']);
}

/** What the client may ask for and no model here can give. */
function bytesOnly({ asked }: ImageRequest): void {
  if (asked.text('response_format') === 'url') asked.drop('response_format');
}

/** OpenAI's words for it, in Amazon's. */
const QUALITIES: Readonly<Record<string, string>> = {
  hd: 'premium',
  high: 'premium',
  medium: 'standard',
  low: 'standard',
  standard: 'standard',
};

/**
 * What all tasks share; options may set any of it. Sources: https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html
 */
function amazonJson(request: ImageRequest, target: Target, taskType: string, task: string, parameters: Json): Json {
  const { asked, size, format } = request;
  bytesOnly(request);
  if (format !== undefined && format !== 'png') asked.drop('output_format');
  const options = asked.options(target.provider);
  const wanted = asked.text('quality') ?? 'auto';
  const quality = Object.hasOwn(QUALITIES, wanted) ? QUALITIES[wanted] : undefined;
  if (quality === undefined && wanted !== 'auto') asked.drop('quality');
  return {
    taskType,
    ...options,
    [task]: { ...parameters, ...record(options[task]) },
    imageGenerationConfig: {
      ...size,
      ...given('numberOfImages', asked.number('n')),
      ...given('quality', quality),
      ...record(options['imageGenerationConfig']),
    },
  };
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-stable-image-core-text-image-request-response.html */
function stabilityJson(request: ImageRequest, target: Target): Json {
  const { asked, prompt, format } = request;
  bytesOnly(request);
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  return {
    ...asked.options(target.provider),
    ...given('prompt', prompt || undefined),
    ...given('output_format', format),
  };
}

function render(body: Body, target: Target): UpstreamCall {
  const request = readImageRequest(body);
  const json =
    makerOf(target) === 'amazon'
      ? amazonJson(request, target, 'TEXT_IMAGE', 'textToImageParams', { text: request.prompt })
      : { ...stabilityJson(request, target), ...given('aspect_ratio', knownRatio(request)) };
  return mediaCall(target, pathOf(target), { json, dropped: request.asked.dropped });
}

/** Services that no prompt is for. */
const WORDLESS = /remove-background|erase|fast-upscale/;
/** Not a service but a model: it wants to be told what the image is for, and how far to go from it (0 to 1). */
const MODEL = /[./]sd3/;
const STRENGTH = 0.5;

function renderEdit(body: Body, target: Target): UpstreamCall {
  return makerOf(target) === 'amazon' ? amazonEdit(body, target) : stabilityEdit(body, target);
}

const editCall = (target: Target, body: UpstreamCall['body'], notes: Pick<UpstreamCall, 'dropped' | 'inserted'>) =>
  mediaCall(target, pathOf(target), { headers: { 'content-type': 'application/json' }, body, ...notes });

/** Variations of one to five images, by a prompt. Source: https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html */
function amazonEdit(body: Body, target: Target): UpstreamCall {
  const request = readEditRequest(body);
  const { imageVariationParams, ...json } = amazonJson(request, target, 'IMAGE_VARIATION', 'imageVariationParams', {
    ...given('text', request.prompt || undefined),
  });
  const images = listOf(request.images.map((image) => imageText(imageFile(image), 'base64')));
  const parameters = `${JSON.stringify(imageVariationParams).slice(0, -1)},"images":`.replace('{,', '{');
  const member = ['imageVariationParams', [parameters, ...images, '}']] as const;
  return editCall(target, jsonWith(json, [member]), { dropped: request.asked.dropped, inserted: [] });
}

/** Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/stable-image-services.html, https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-3-text-image.html */
function stabilityEdit(body: Body, target: Target): UpstreamCall {
  const request = readEditRequest(body);
  const { asked, size } = request;
  if (size !== undefined) asked.drop('size');
  const json = stabilityJson(request, target);
  const inserted: string[] = [];
  if (WORDLESS.test(target.model) && json['prompt'] !== undefined) {
    json['prompt'] = undefined;
    asked.drop('prompt');
  }
  if (MODEL.test(target.model)) {
    json['mode'] = 'image-to-image';
    if (json['strength'] === undefined) inserted.push(`strength=${STRENGTH}`);
    json['strength'] ??= STRENGTH;
  }
  const image = imageText(imageFile(onlyImage(request.images)), 'base64');
  return editCall(target, jsonWith(json, [['image', image]]), { dropped: asked.dropped, inserted });
}

/** Both makers list images as base64; what was filtered has a reason (Stability) or an error (Amazon) instead. */
function parse(value: unknown, _: UpstreamCall, exchange: Exchange): OperationResult | Fault {
  const body = record(value) ?? {};
  const images = strings(body['images']) ?? [];
  const [reason] = strings(body['finish_reasons']) ?? [];
  if (reason?.startsWith('Filter') === true)
    return { kind: 'content-filter', message: `The provider answered: ${reason}.` };
  if (reason !== undefined) return { kind: 'unavailable', message: `The provider answered: ${reason}.` };
  if (images.length > 0)
    return imagesResult(
      images.map((b64_json) => ({ b64_json })),
      exchange,
    );
  const error = text(body['error']);
  return error === undefined
    ? { kind: 'invalid-response', message: 'The provider answered without an image.' }
    : { kind: 'content-filter', message: error };
}

/** Images of Amazon Bedrock's models. */
export const BEDROCK_IMAGES = {
  images: imageSide(render, parse),
  'image-edits': editSide(renderEdit, parse),
} as const satisfies Readonly<Record<string, OperationSide>>;
