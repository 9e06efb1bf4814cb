import type { Fault } from '../../chat/fault.ts';
import type { OperationResult, OperationSide } from '../adapter.ts';
import { array, given, record, string } from '../shared/read.ts';
import { canonicalCall } from './canonical-call.ts';
import { embedsRemote } from './dials-out.ts';
import { errorIn, faultOf } from './fault.ts';
import { mediaUsage } from './media-usage.ts';
import { peekModel } from './operation-peek.ts';
import { Patch } from './patch.ts';

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

/** Verdicts pass as they are. Source: https://platform.openai.com/docs/api-reference/moderations/object */
function parse(value: unknown, model: string): OperationResult | Fault {
  const body = record(value);
  if (body === undefined) return invalid('The provider answered with something that is no moderation.');
  if (errorIn(body) && body['results'] === undefined) return faultOf(body, undefined);
  if (array(body['results']) === undefined) return invalid('The provider answered without a verdict.');
  const patch = new Patch(body);
  if (string(body['model']) === undefined) patch.set('model', model);
  return { body: patch.result, ...given('usage', mediaUsage(body['usage'], 'output')) };
}

/** Moderations of OpenAI's API and the compatible ones. */
export const moderations: OperationSide = {
  peek: (fields) => peekModel(fields),
  // Images are named by address, as in embeddings.
  fetches: embedsRemote,
  render: (body, target, exchange) =>
    canonicalCall(body, target, exchange, { operation: 'moderations', stream: false }),
  parse: (body, call) => parse(body, call.target.model),
};
