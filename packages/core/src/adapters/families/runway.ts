import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Again, Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { record, strings, text } from '../shared/read.ts';
import { imageSide, imagesResult, readImageRequest } from './image-request.ts';
import { mediaCall } from './media-call.ts';

/** The vendor asks to wait 5 s or more between two questions. Source: https://docs.dev.runwayml.com/api/#tag/Task-management */
const PAUSE = 5_000;
/** Its API requires a size. */
const SIZE = '1024:1024';

/** Source: https://docs.dev.runwayml.com/api/#tag/Start-generating/paths/~1v1~1text_to_image/post */
function render(body: Body, target: Target): UpstreamCall {
  const { asked, prompt, size, format } = readImageRequest(body);
  if (format !== undefined) asked.drop('output_format');
  if ((asked.number('n') ?? 1) !== 1) asked.drop('n');
  if (asked.text('response_format') === 'b64_json') asked.drop('response_format');
  const ratio = size === undefined ? SIZE : `${size.width}:${size.height}`;
  const json = { ratio, ...asked.options(target.provider), promptText: prompt, model: target.model };
  return mediaCall(target, '/text_to_image', {
    json,
    dropped: asked.dropped,
    inserted: size === undefined ? [`size=${SIZE.replace(':', 'x')}`] : [],
  });
}

function parse(value: unknown, call: UpstreamCall, exchange: Exchange): OperationResult | Fault | Again {
  const body = record(value) ?? {};
  const [id, status] = [text(body['id']), text(body['status'])];
  const urls = strings(body['output']) ?? [];
  if (status === 'SUCCEEDED' && urls.length > 0)
    return imagesResult(
      urls.map((url) => ({ url })),
      exchange,
    );
  if (status === 'FAILED' || status === 'CANCELLED') return failed(text(body['failureCode']), text(body['failure']));
  if (id === undefined) return { kind: 'invalid-response', message: 'The provider answered without an image.' };
  return { again: mediaCall(call.target, `/tasks/${encodeURIComponent(id)}`, { method: 'GET' }), afterMs: PAUSE };
}

/** Source: https://docs.dev.runwayml.com/errors/task-failures/ */
function failed(code = '', message = 'The provider could not make the image.'): Fault {
  return { kind: code.startsWith('SAFETY') ? 'content-filter' : 'unavailable', message, code };
}

/** Runway: images, by an order that is asked about until it is done. */
export const RUNWAY = { images: imageSide(render, parse) } as const satisfies Readonly<Record<string, OperationSide>>;
