import { namesAddresses } from '../../adapters/resources.ts';
import type { RelayRoute } from '../../adapters/routes.ts';
import { AccessError, RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import { bodyOf } from '../../transport/body-of.ts';
import type { LineExchange } from '../exchange.ts';
import { mayUse } from '../may-use.ts';

/**
 * authorise, of a request that is passed on. A model that its JSON names is judged, and exchanged, as that of any other request. Where it may run models
 * that are not seen, callers with a list of models are refused. Throws AccessError `forbidden`; RequestError `model_not_found`.
 */
export function authoriseRelay(exchange: LineExchange, relay: RelayRoute): void {
  const { caller, body, line, adapter } = exchange;
  if (caller?.models !== undefined && !relay.unseenModels && mayHideModels(exchange, relay))
    throw new AccessError(
      'forbidden',
      'This caller may use some models only, and which ones this runs can not be seen.',
    );
  if (body === undefined) return;
  if (exchange.peek.model !== '') exchange.body = withModel(exchange, body, relay.provider);
  if (!line.settings.features.remoteTools && adapter?.dialsOut.callsServers(body.fields()) === true)
    throw new AccessError('forbidden', 'Remote tool servers are not enabled on this gateway.', { param: 'tools' });
  if (!line.settings.features.remoteMedia && namesAddresses(body.json()))
    throw new AccessError('forbidden', 'Media by URL are not enabled on this gateway.');
}

const READS: ReadonlySet<string> = new Set(['GET', 'DELETE']);

function mayHideModels({ request, passing }: LineExchange, { resource }: RelayRoute): boolean {
  if (READS.has(request.method)) return false;
  if (resource === undefined) return true;
  const { hiddenModels } = resource.resource;
  return hiddenModels === true || (hiddenModels === 'in forms' && passing !== undefined);
}

/** The body with the provider's own name of the model, which callers may call by an alias, by `provider/model`, or as the provider does. */
function withModel(exchange: LineExchange, body: Body, provider: string): Body {
  const { caller, line } = exchange;
  const asked = exchange.peek.model;
  let served = false;
  for (const name of [asked, `${provider}/${asked}`]) {
    const model = modelAt(exchange, provider, name);
    if (model === undefined) continue;
    served = true;
    if (!mayUse(caller, name)) continue;
    exchange.peek = { ...exchange.peek, model: name };
    return model === asked ? body : bodyOf(body.edit(new Map([['model', model]])), line.settings.body);
  }
  const quoted = `'${asked.slice(0, 200)}'`;
  if (served) throw new AccessError('forbidden', `This caller may not use the model ${quoted}.`, { param: 'model' });
  throw new RequestError('model_not_found', `The model ${quoted} does not exist or is not served here.`, {
    param: 'model',
  });
}

/** What the provider calls it; undefined when it isn't served there under this name. */
const modelAt = ({ line }: LineExchange, provider: string, name: string): string | undefined =>
  line.router.deployments(name).find((deployment) => deployment.provider.id === provider)?.target.model;
