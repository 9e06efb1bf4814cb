import type { Body } from '../../transport/body.ts';
import type { OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { parseImages } from '../openai-chat/images.ts';
import { array, given, record } from '../shared/read.ts';
import { editSide, imageText, jsonWith, onlyImage, readEditRequest } from './edit-request.ts';
import { mediaCall } from './media-call.ts';

/** How far from the image: 0 is hardly at all, 1 is anywhere. The API requires it. */
const STRENGTH = 0.5;

/**
 * An image in JSON is an address or a data URI. Sources: https://www.recraft.ai/docs/api-reference/endpoints (image to image),
 * https://www.recraft.ai/docs/api-reference/image-inputs-and-results
 */
function renderEdit(body: Body, target: Target): UpstreamCall {
  const { asked, prompt, size, format, images } = readEditRequest(body);
  if (size !== undefined) asked.drop('size');
  if (format !== undefined) asked.drop('output_format');
  const options = asked.options(target.provider);
  const json = {
    strength: STRENGTH,
    ...options,
    model: target.model,
    prompt,
    ...given('n', asked.number('n')),
    ...given('response_format', asked.text('response_format')),
  };
  return mediaCall(target, '/images/imageToImage', {
    headers: { 'content-type': 'application/json' },
    body: jsonWith(json, [['image_url', imageText(onlyImage(images), 'data-uri')]]),
    dropped: asked.dropped,
    inserted: options['strength'] === undefined ? [`strength=${STRENGTH}`] : [],
  });
}

const parse: OperationSide['parse'] = (value, _call, exchange) => {
  const result = parseImages(value, exchange.created);
  if (!('body' in result)) return result;
  return { ...result, usage: { ...given('outputImages', array(record(result.body)?.['data'])?.length) } };
};

/** Recraft: changed images; its new ones are asked for in OpenAI's form. */
export const RECRAFT = { 'image-edits': editSide(renderEdit, parse) } as const satisfies Readonly<
  Record<string, OperationSide>
>;
