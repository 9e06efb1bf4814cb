import { RequestError } from '../../kit/errors.ts';
import type { Target } from '../adapter.ts';
import { foundationModel } from './family.ts';

/** What can be asked of a model. */
export type Action = 'converse' | 'converse-stream' | 'count-tokens';

/** Every request is JSON; nothing of the client's own headers goes on, its signature least of all. */
export const HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

/**
 * The path of an action: `/model/{modelId}/converse`. An id may be an ARN, whose slashes and colons are escaped.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestSyntax
 *
 * @throws RequestError `model_not_found` for a name that would change the path
 */
export function endpoint(target: Target, action: Action): string {
  const model = action === 'count-tokens' ? foundationModel(target.model) : target.model;
  if (model === '' || model === '.' || model === '..')
    throw new RequestError('model_not_found', 'The name of the model is not a valid id.', { param: 'model' });
  const template = target.row.paths?.[action === 'count-tokens' ? action : 'chat'] ?? '/model/{model}/{action}';
  return template.replace('{model}', () => encodeURIComponent(model)).replace('{action}', action);
}
