import { RequestError } from '../kit/errors.ts';
import type { Deployment } from '../router/deployment.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import { authorise } from './authorise.ts';
import { claim } from './claim.ts';
import type { LineExchange } from './exchange.ts';
import { explanationOf } from './explain.ts';
import type { Explanation, Planned } from './explanation.ts';
import { answered } from './models.ts';
import { plan } from './plan.ts';
import { render } from './render.ts';
import { invalid } from './request-options.ts';

/** Of the body. */
const MEMBER = 'dry_run';

/**
 * Does the body ask for a dry run? Throws RequestError `invalid_request` where nobody may ask for one, and where it is not clear whether this is one: a client
 * that means to spend nothing is not to be served in earnest.
 */
export function isDry({ body, line, route }: LineExchange): boolean {
  const asked = route.relay === undefined ? (body?.fields().get(MEMBER) ?? false) : false;
  if (typeof asked !== 'boolean') throw invalid(MEMBER, 'must be true or false');
  if (!asked) return false;
  if (line.explained !== undefined) return true;
  throw new RequestError('invalid_request', 'Dry runs are not enabled on this gateway.', { param: MEMBER });
}

/** The answer to a dry run over HTTP. Throws what the steps throw. */
export const answerDry = async (exchange: LineExchange): Promise<GatewayReply> =>
  answered(exchange, await dryRun(exchange));

/** The steps up to the plan, and what each target of it would make of the request: nothing is called, fetched, reserved or counted. Throws what they throw. */
export async function dryRun(exchange: LineExchange): Promise<Explanation> {
  exchange.dry = true;
  await authorise(exchange);
  exchange.goOn();
  await claim(exchange);
  exchange.goOn();
  await plan(exchange);
  exchange.goOn();
  const told = explanationOf(exchange);
  const fits = new Map<string, Fit>();
  for (const { deployment } of exchange.plan)
    if (!fits.has(deployment.id)) fits.set(deployment.id, await fitOf(exchange, deployment));
  return { ...told, plan: told.plan.map((planned) => ({ ...planned, ...fits.get(planned.deployment) })) };
}

type Fit = Pick<Planned, 'dropped' | 'inserted' | 'refused'>;

/** A form is sent on as it is read, once; and what is no chat goes to each of its targets the same way. */
async function fitOf(exchange: LineExchange, { target }: Deployment): Promise<Fit> {
  if (exchange.route.operation !== 'chat') return {};
  try {
    const work = await render(exchange, target);
    if (!('call' in work)) return {};
    return { dropped: work.call.dropped.filter((path) => path !== MEMBER), inserted: work.call.inserted };
  } catch (error) {
    if (error instanceof RequestError) return { refused: error.message };
    throw error;
  }
}
