import { operationOf } from '../../adapters/index.ts';
import { AccessError, RequestError } from '../../kit/errors.ts';
import { type FormPart, isFormFile } from '../../transport/body.ts';
import { FormBody } from '../../transport/form-body.ts';
import { REMOTE_MEDIA } from '../authorise.ts';
import type { LineExchange } from '../exchange.ts';

/**
 * The parts of a form behind its first file, each judged before it is sent on: together with those in `front` they must be a form that could have waited.
 * One that can't be ends the request.
 *
 * @param byDefault the form goes to a default: a model that is named now comes too late to be another one
 */
export async function* judged(
  exchange: LineExchange,
  front: readonly FormPart[],
  more: AsyncIterable<FormPart>,
  byDefault: boolean,
): AsyncGenerator<FormPart> {
  const parts = [...front];
  for await (const part of more) {
    parts.push(part);
    try {
      judge(exchange, parts);
      if (byDefault && part.name === 'model' && !isFormFile(part)) sameModel(exchange, part.value);
    } catch (reason) {
      exchange.cancel(reason);
      throw reason;
    }
    yield part;
  }
}

function judge({ adapter, line, route }: LineExchange, parts: readonly FormPart[]): void {
  const { features, body } = line.settings;
  const fields = new FormBody(parts, body).fields();
  if (!features.remoteMedia && adapter && operationOf(adapter, route.operation)?.fetches?.(fields) === true)
    throw new AccessError('forbidden', REMOTE_MEDIA, { param: 'input' });
}

/** The name of the default, one that its caller has for it, or that of the deployment that is being called. */
function sameModel({ caller, model, served }: LineExchange, named: string): void {
  const { aliases = {} } = caller ?? {};
  const meant = Object.hasOwn(aliases, named) ? aliases[named] : named;
  if (meant === model || named === served?.deployment.name) return;
  const message = `The form is on its way to '${model}': '${named.slice(0, 200)}', named behind its file, comes too late. Name the model in the query (?model=…), or in front of the file.`;
  throw new RequestError('invalid_request', message, { param: 'model' });
}
