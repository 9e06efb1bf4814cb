import type { RoutingPolicy } from '../config/routing-policies.ts';
import { RequestError } from '../kit/errors.ts';
import type { Events } from '../kit/events.ts';
import type { Fields } from '../transport/body.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { GatewayEvents } from './events.ts';
import type { LineExchange } from './exchange.ts';
import { answered } from './models.ts';
import { invalid } from './request-options.ts';

/** Measures in one feedback at most, and characters of their names. */
const MOST = 16;
const LONGEST = 64;
/** Of a measure: sums of them stay numbers. */
const LARGEST = 1_000_000;

/**
 * `POST /v1/feedback`: how good the answer to a request was, from the caller that made it; told as the event `feedback`. Throws RequestError
 * `resource_not_found` for requests of others, and those that are forgotten, and `feedback_given` where it was told already.
 */
export async function takeFeedback(exchange: LineExchange): Promise<GatewayReply> {
  const { caller, line, request } = exchange;
  if (request.method !== 'POST')
    throw new RequestError('method_not_allowed', 'Use POST.', { headers: { allow: 'POST' } });
  const fields = (await request.body(line.settings.body)).fields();
  const id = fields.get('request_id');
  if (typeof id !== 'string') throw invalid('request_id', 'must be the x-postern-request-id of an answer');
  const measures = measuresIn(fields);
  const served = line.answered?.find(id);
  if (served === undefined || served.caller !== caller?.id)
    throw new RequestError('resource_not_found', 'No request of this id that feedback could be about.', {
      param: 'request_id',
    });
  if (line.answered?.isFirst(id) !== true)
    throw new RequestError('feedback_given', 'Feedback about this request was given already.', { param: 'request_id' });
  line.events.emit('feedback', { id, ...served, measures });
  return answered(exchange, { status: 'ok' });
}

/** All members that are numbers, `score` among them; true and false count as 1 and 0. What is text is nobody's measure, and may be content. */
function measuresIn(fields: Fields): Readonly<Record<string, number>> {
  const measures: [string, number][] = [];
  for (const name of fields.keys()) {
    const value = name === 'request_id' ? undefined : fields.get(name);
    if (typeof value !== 'number' && typeof value !== 'boolean') continue;
    if (!(Math.abs(Number(value)) <= LARGEST)) throw invalid(name.slice(0, LONGEST), `must lie within ±${LARGEST}`);
    measures.push([name, Number(value)]);
  }
  if (!measures.some(([name]) => name === 'score')) throw invalid('score', 'must be a number');
  if (measures.length > MOST || measures.some(([name]) => name.length > LONGEST))
    throw invalid('score', `may stand beside ${MOST - 1} further measures with names of at most ${LONGEST} characters`);
  return Object.fromEntries(measures);
}

/** Policies that learn hear of the feedback about what they chose; as any listener, none of them can fail a request. */
export function teach(policies: ReadonlyMap<string, RoutingPolicy>, events: Events<GatewayEvents>): void {
  for (const [name, policy] of policies) {
    if (policy.learn === undefined) continue;
    events.on('feedback', ({ alias, measures, model, task }) => {
      if (model === name && task !== undefined) policy.learn?.({ task, alias, measures });
    });
  }
}
