import { AccessError, RequestError } from '../kit/errors.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { capable } from './capable.ts';
import { decide } from './decision-record.ts';
import type { Discovery } from './discovery/discovery.ts';
import type { LineExchange } from './exchange.ts';
import { hookContext } from './hook-context.ts';
import { noteLeftOut } from './left-out.ts';
import type { Line } from './line.ts';
import { questionOf } from './question.ts';
import { readByPolicy } from './read-by-policy.ts';
import { atHome, planRelay } from './relay/plan.ts';
import { shadowOf } from './shadow-copy.ts';

/** plan: the ordered list of attempts with their reasons. Throws RequestError `model_not_found` and `unsupported_by_target`, UpstreamError where all that could serve it rest. */
export function plan(exchange: LineExchange): void | PromiseLike<void> {
  const { line, peek } = exchange;
  const finding = line.discovery === undefined ? undefined : found(line.discovery, line, peek.model);
  return finding === undefined ? planByPolicy(exchange) : finding.then(() => planByPolicy(exchange));
}

/** The first look-ups of the alias, or of all that a policy chooses among. Undefined: nothing is to be waited for. */
function found(discovery: Discovery, { settings }: Line, model: string): Promise<unknown> | undefined {
  const names = settings.policies.get(model)?.among ?? [model];
  const first = names.flatMap((name) => discovery.first(name) ?? []);
  return first.length === 0 ? undefined : Promise.all(first);
}

function planByPolicy(exchange: LineExchange): void | PromiseLike<void> {
  const reading = exchange.line.settings.policies.size === 0 ? undefined : readByPolicy(exchange);
  return reading === undefined ? planned(exchange) : reading.then(() => planned(exchange));
}

function planned(exchange: LineExchange): void | Promise<void> {
  const { line, peek, route } = exchange;
  const { rests, router } = line;
  rests?.look();
  if (exchange.caller?.regions !== undefined && (route.relay ?? route.via) !== undefined)
    throw new AccessError('forbidden', 'This caller is served in some regions only, and what is passed on has none.');
  if (route.relay !== undefined) exchange.plan = planRelay(exchange, route.relay);
  else {
    const format = formatOf(exchange);
    const question = route.via === undefined ? questionOf(exchange) : undefined;
    const attempts = question === undefined ? router.through(peek.model, format) : decide(exchange, question, format);
    if (question !== undefined && !exchange.dry) exchange.copy = shadowOf(exchange, question);
    exchange.plan = capable(exchange, atHome(exchange, attempts));
    noteLeftOut(exchange, attempts, 'does not keep what the request names');
  }
  if (line.settings.hooks.onPlan.length > 0) return askHooks(exchange);
}

/** Only chats and what is done with one have a form in each format. */
const OF_CHATS: ReadonlySet<string> = new Set(['chat', 'count-tokens', 'compact']);

/** The format in which its provider is to serve it, where it can. */
export const formatOf = ({ route, adapter }: LineExchange): LineExchange['route']['format'] =>
  OF_CHATS.has(route.operation) ? adapter?.format : undefined;

async function askHooks(exchange: LineExchange): Promise<void> {
  for (const hook of exchange.line.settings.hooks.onPlan) {
    const names = exchange.plan.map(nameOf);
    const wanted = await hook(names, hookContext(exchange));
    if (wanted === undefined) continue;
    const before = exchange.plan;
    exchange.plan = restricted(before, names, wanted);
    exchange.allowed = wanted;
    noteLeftOut(exchange, before, 'a hook left it out');
  }
}

const nameOf = (planned: PlannedAttempt): string => planned.deployment.name;

function restricted(
  attempts: readonly PlannedAttempt[],
  names: readonly string[],
  wanted: readonly string[],
): PlannedAttempt[] {
  const left = [...attempts.entries()];
  const kept: PlannedAttempt[] = [];
  for (const name of wanted) {
    const at = left.findIndex(([index]) => names[index] === name);
    const found = at < 0 ? undefined : left.splice(at, 1)[0];
    if (found !== undefined) kept.push(found[1]);
  }
  if (kept.length === 0)
    throw new RequestError('model_not_found', 'No deployment of this model is left for this request.', {
      param: 'model',
    });
  return kept;
}
