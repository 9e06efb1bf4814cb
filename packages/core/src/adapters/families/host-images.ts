import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { parseImages } from '../openai-chat/images.ts';
import { array, given, type Json, record } from '../shared/read.ts';
import { type ImageRequest, imageSide, ratioOf, readImageRequest } from './image-request.ts';
import { mediaCall } from './media-call.ts';

/** How a host of others' models spells what its images are to be; where they stand in the answer is what they share with OpenAI's. */
type Spelling = (request: ImageRequest, model: string) => Json;

/** The path of all of them is OpenAI's. */
const hostImages = (spelled: Spelling): OperationSide =>
  imageSide((body: Body, target: Target): UpstreamCall => {
    const request = readImageRequest(body);
    const { asked, prompt } = request;
    const json = { model: target.model, prompt, ...spelled(request, target.model), ...asked.options(target.provider) };
    return mediaCall(target, target.row.paths?.images ?? '/images/generations', { json, dropped: asked.dropped });
  }, parse);

/** A list of images may have another name. */
function parse(value: unknown, _: UpstreamCall, exchange: Exchange): OperationResult | Fault {
  const body = record(value);
  const images = array(body?.['images']);
  if (body === undefined || images === undefined || array(body['data']) !== undefined)
    return withCount(parseImages(value, exchange.created));
  return withCount({ body: { created: exchange.created, data: images } });
}

/** No host tells of usage: images are what is priced. */
function withCount(result: OperationResult | Fault): OperationResult | Fault {
  if (!('body' in result)) return result;
  const images = array(record(result.body)?.['data'])?.length;
  return { ...result, usage: { ...result.usage, ...given('outputImages', images) } };
}

/** Models that know the shape of an image and not its size. Source: https://docs.together.ai/docs/inference/images/parameters */
const SHAPED = /schnell|kontext/i;

const sided = (size: ImageRequest['size']): Json =>
  size === undefined ? {} : { width: size.width, height: size.height };

/** Source: https://docs.together.ai/reference/post-images-generations */
export const togetherImages = hostImages(({ asked, size, format }, model) => ({
  ...(size !== undefined && SHAPED.test(model) ? { aspect_ratio: ratioOf(size) } : sided(size)),
  ...given('n', asked.number('n')),
  ...given('output_format', format),
  ...given('response_format', asked.text('response_format')?.replace('b64_json', 'base64')),
}));

/** Source: https://docs.tokenfactory.nebius.com/api-reference/inference/create-image */
export const nebiusImages = hostImages(({ asked, size, format }) => ({
  ...sided(size),
  ...given('response_extension', format === 'jpeg' ? 'jpg' : format),
  ...given('response_format', asked.text('response_format')),
}));

/** Images come by their address. Source: https://docs.siliconflow.com/en/api-reference/images/images-generations */
export const siliconflowImages = hostImages(({ asked, size, format }) => {
  if (asked.text('response_format') === 'b64_json') asked.drop('response_format');
  if (format !== undefined) asked.drop('output_format');
  return {
    ...(size === undefined ? {} : { image_size: `${size.width}x${size.height}` }),
    ...given('batch_size', asked.number('n')),
  };
});

/** Models that the host passes on as their maker has them. */
const OPENAI = /gpt-image|dall-e/;

/**
 * Each maker's models are spelled as its own; most are spelled as Flux is. Sources: https://docs.aimlapi.com/api-references/image-models/black-forest-labs/flux-pro,
 * https://docs.aimlapi.com/api-references/image-models/google/imagen-4-preview, https://docs.aimlapi.com/api-references/image-models/openai/gpt-image-2
 */
export const aimlImages = hostImages(({ asked, size, format }, model) => {
  const [n, form] = [asked.number('n'), asked.text('response_format')];
  if (OPENAI.test(model))
    return {
      ...given('n', n),
      ...given('size', size && `${size.width}x${size.height}`),
      ...given('quality', asked.text('quality')),
      ...given('background', asked.text('background')),
      ...given('output_format', format),
      ...given('response_format', form),
    };
  if (form === 'b64_json') asked.drop('response_format');
  const shape =
    size !== undefined && /imagen/.test(model) ? { aspect_ratio: ratioOf(size) } : given('image_size', size);
  return { ...given('num_images', n), ...shape, ...given('output_format', format) };
});
