import { RequestError } from '../../kit/errors.ts';
import { type Fields, isFormFile } from '../../transport/body.ts';
import type { OperationSide, Peek } from '../adapter.ts';
import { holdsAddress } from '../shared/addresses.ts';
import { array } from '../shared/read.ts';
import { canonicalCall } from './canonical-call.ts';
import { formCall } from './form-call.ts';
import { parseImages, readsEvents } from './images.ts';
import { MediaMeter } from './media-meter.ts';
import { peekStream } from './operation-peek.ts';

/** Where the image stands: one, or several with brackets; in JSON a list of addresses and ids. */
const IMAGES = ['image', 'image[]', 'images'] as const;

const given = (value: unknown): boolean =>
  isFormFile(value) || (array(value)?.length ?? 0) > 0 || typeof value === 'object';

function peek(fields: Fields): Peek {
  const model = peekStream(fields);
  if (!IMAGES.some((name) => fields.has(name) && given(fields.get(name))))
    throw new RequestError('invalid_request', "'image' must be an image file.", { param: 'image' });
  return { ...model, slow: true };
}

/** Only JSON names images by address. */
const fetches = (fields: Fields): boolean =>
  ['image', 'images', 'mask'].some((name) => !isFormFile(fields.get(name)) && holdsAddress(fields.get(name)));

const imageForm = (operation: 'image-edits' | 'image-variations', form: 'only' | 'either'): OperationSide => ({
  form,
  peek,
  fetches,
  render(body, target, exchange) {
    const call = { operation, stream: exchange.peek.stream };
    return body.form === undefined
      ? canonicalCall(body, target, exchange, call)
      : formCall(body, target, exchange, call);
  },
  reads: readsEvents,
  parse: (body, _, exchange) => parseImages(body, exchange.created),
  meter: () => new MediaMeter(undefined),
});

/** Changed images of OpenAI's API and the compatible ones. Source: https://platform.openai.com/docs/api-reference/images/createEdit */
export const imageEdits: OperationSide = imageForm('image-edits', 'either');
/** Source: https://platform.openai.com/docs/api-reference/images/createVariation */
export const imageVariations: OperationSide = imageForm('image-variations', 'only');
