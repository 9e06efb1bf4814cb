import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Again, Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { parseDataUri } from '../shared/data-uri.ts';
import { given, record, strings, text } from '../shared/read.ts';
import { imageSide, imagesResult, ratioOf, readImageRequest } from './image-request.ts';
import { mediaCall } from './media-call.ts';

/** How long in ms an image is waited for before it is asked about again; the vendor's own clients wait 0.5 s. */
const PAUSE = 500;

/**
 * A model `owner/name` has a path of its own, and what it takes a schema of its own: said here is what those of images share, the rest stands in the
 * options for this provider. Source: https://replicate.com/docs/reference/http#models.predictions.create
 */
function render(body: Body, target: Target): UpstreamCall {
  const { asked, prompt, size, format } = readImageRequest(body);
  const n = asked.number('n') ?? 1;
  // Some models make several, by several names.
  if (n !== 1) asked.drop('n');
  if (asked.text('response_format') === 'b64_json') asked.drop('response_format');
  const input = {
    ...given('aspect_ratio', size && ratioOf(size)),
    ...given('output_format', format === 'jpeg' ? 'jpg' : format),
    ...asked.options(target.provider),
    prompt,
  };
  const path = target.model.split('/').map(encodeURIComponent).join('/');
  return mediaCall(target, `/models/${path}/predictions`, {
    json: { input },
    headers: { prefer: 'wait' },
    dropped: asked.dropped,
  });
}

/** It may still be under way: then it is asked about by its id, never at an address out of the answer. Source: https://replicate.com/docs/topics/predictions */
function parse(value: unknown, call: UpstreamCall, exchange: Exchange): OperationResult | Fault | Again {
  const body = record(value) ?? {};
  const [id, status] = [text(body['id']), text(body['status'])];
  if (status === 'succeeded') return finished(body['output'], exchange);
  if (status === 'failed' || status === 'canceled' || status === 'aborted') return failed(text(body['error']));
  if (id === undefined) return { kind: 'invalid-response', message: 'The provider answered without a prediction.' };
  const question = mediaCall(call.target, `/predictions/${encodeURIComponent(id)}`, { method: 'GET' });
  return { again: question, afterMs: PAUSE };
}

function finished(output: unknown, exchange: Exchange): OperationResult | Fault {
  const one = text(output);
  const urls = one === undefined ? (strings(output) ?? []) : [one];
  if (urls.length === 0) return { kind: 'invalid-response', message: 'The provider answered without an image.' };
  return imagesResult(
    urls.map((url) => {
      const inline = parseDataUri(url);
      return inline === undefined ? { url } : { b64_json: inline.data };
    }),
    exchange,
  );
}

/** Models tell of a filter in their own words. */
function failed(message = 'The provider could not make the image.'): Fault {
  return { kind: /nsfw|safety|sensitive/i.test(message) ? 'content-filter' : 'unavailable', message };
}

/** Replicate: images, by a prediction that is asked about until it is done. */
export const REPLICATE = { images: imageSide(render, parse) } as const satisfies Readonly<
  Record<string, OperationSide>
>;
