import { RequestError } from '../../kit/errors.ts';
import type { Body, FormFile } from '../../transport/body.ts';
import { isFormFile } from '../../transport/body.ts';
import type { ByteSource } from '../../transport/byte-source.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { imageEdits as openaiEdits } from '../openai-chat/image-edits.ts';
import { bytesFromBase64 } from '../shared/base64.ts';
import { base64Source } from '../shared/base64-source.ts';
import { dataUri, parseDataUri } from '../shared/data-uri.ts';
import { type Json, record, text } from '../shared/read.ts';
import { type ImageRequest, readImageRequest } from './image-request.ts';

/** An image that is to be changed: a file of a form, or what JSON says of it. */
export type GivenImage = FormFile | { readonly mediaType: string; readonly data: string } | { readonly url: string };

/** What an API of image edits gets to know. */
export interface EditRequest extends ImageRequest {
  /** One or more. */
  readonly images: readonly GivenImage[];
}

const refused = (message: string, param: string): RequestError =>
  new RequestError('unsupported_by_target', message, { param });

/**
 * Reads a request for changed images in its canonical form. Throws RequestError `unsupported_by_target` for images by the id of a file, and for a mask:
 * its transparent parts are what changes, where other vendors' masks are black and white.
 */
export function readEditRequest(body: Body): EditRequest {
  const request = readImageRequest(body);
  const { asked } = request;
  const mask = asked.get('mask');
  if (mask !== undefined && mask !== null)
    throw refused('The target takes no mask of this kind; a transparent part of the image itself may do.', 'mask');
  const given = [asked.get('image'), asked.get('images')].flatMap((value: unknown) =>
    Array.isArray(value) ? (value as unknown[]) : [value],
  );
  const images = given.flatMap((image) => (image === undefined || image === null ? [] : [imageOf(image)]));
  return { ...request, images };
}

/** Sources: https://platform.openai.com/docs/api-reference/images/createEdit (form and JSON) */
function imageOf(value: unknown): GivenImage {
  if (isFormFile(value)) return value;
  const url = text(value) ?? text(record(value)?.['image_url']);
  if (url === undefined)
    throw refused('The target takes images as files or by address, not by the id of a file.', 'images');
  return parseDataUri(url) ?? { url };
}

/** The image alone. Throws RequestError `unsupported_by_target` for several: the target takes one. */
export function onlyImage(images: readonly GivenImage[]): GivenImage {
  const [image] = images;
  if (image === undefined || images.length > 1) throw refused('The target takes one image.', 'image');
  return image;
}

/** An image as a file of a form. Throws RequestError `media_url_unsupported` for one by its address: another target may take it. */
export function imageFile(image: GivenImage): FormFile {
  if ('source' in image) return image;
  if ('url' in image)
    throw new RequestError('media_url_unsupported', 'The target takes images as bytes only, not by their address.', {
      param: 'images',
    });
  const bytes = bytesOf(image.data);
  const source = { size: bytes.length, open: () => once(bytes) };
  return { name: 'image', filename: 'image', type: image.mediaType || undefined, source };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function bytesOf(base64: string): Uint8Array {
  try {
    return bytesFromBase64(base64);
  } catch {
    throw new RequestError('invalid_request', 'The data of an image must be base64.', { param: 'images' });
  }
}

const TYPE = /^image\/[\w.+-]+$/;

/** An image as a JSON text: an address as it is, bytes as base64, in a `data:` URI or bare. */
export function imageText(image: GivenImage, form: 'data-uri' | 'base64'): readonly (string | ByteSource)[] {
  if ('url' in image) return [JSON.stringify(image.url)];
  if ('data' in image)
    return [JSON.stringify(form === 'base64' ? image.data : dataUri(image.mediaType || 'image/png', image.data))];
  const type = image.type !== undefined && TYPE.test(image.type) ? image.type : 'image/png';
  return [form === 'base64' ? '"' : `"data:${type};base64,`, image.source, '"'];
}

/** A JSON object with images as further members, each read as it is sent. */
export function jsonWith(
  json: Json,
  members: readonly (readonly [name: string, value: readonly (string | ByteSource)[]])[],
): ByteSource {
  const start = JSON.stringify(json).slice(0, -1);
  const pieces = members.flatMap(([name, value], at) => [
    `${at === 0 && start === '{' ? '' : ','}${JSON.stringify(name)}:`,
    ...value,
  ]);
  return base64Source([start, ...pieces, '}']);
}

/** Values of a JSON list. */
export const listOf = (values: readonly (readonly (string | ByteSource)[])[]): readonly (string | ByteSource)[] => [
  '[',
  ...values.flatMap((value, at) => (at === 0 ? value : [',', ...value])),
  ']',
];

/** A family that changes images; none of them streams. */
export const editSide = (
  render: (body: Body, target: Target, exchange: Exchange) => UpstreamCall,
  parse: OperationSide['parse'],
): OperationSide => ({
  form: 'either',
  peek: openaiEdits.peek,
  ...(openaiEdits.fetches === undefined ? {} : { fetches: openaiEdits.fetches }),
  render,
  parse,
});
