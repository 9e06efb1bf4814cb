import { isAgain, type UpstreamCall } from '../adapters/adapter.ts';
import { ADAPTERS } from '../adapters/index.ts';
import type { Fault } from '../chat/fault.ts';
import { Cancellation } from '../kit/cancel.ts';
import type { Clock } from '../kit/clock.ts';
import { headersOf, urlOf } from '../providers/call-url.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { WireRequest, WireResponse } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { type Answer, isAnswer, isStream } from './answer.ts';
import { cleanFault } from './clean-fault.ts';
import type { LineExchange } from './exchange.ts';
import { transportFault } from './upstream-error.ts';
import { Watch } from './watch.ts';
import type { Work } from './work.ts';

/** Bytes of an error body that are read; vendors' errors are far smaller. */
const MAX_ERROR_BYTES = 64 * 1024;
const decoder = new TextDecoder();

/** One wire call: sends it, and reads the answer as far as the attempt needs to. Gives a fault, or throws what the transport throws. */
export async function dispatch(exchange: LineExchange, planned: PlannedAttempt, work: Work): Promise<Answer | Fault> {
  const abort = new Cancellation();
  exchange.abort = abort;
  const { clock, dispatcher } = exchange.line.platform;
  const timers = planned.alias.timers(exchange.peek.reasoning === true || exchange.peek.slow === true);
  const watch = work.call.stream ? new Watch(clock, timers, (error) => abort.abort(error)) : undefined;
  if (watch !== undefined) abort.addEventListener('abort', watch);
  let outcome: Answer | Fault | undefined;
  let response: WireResponse | undefined;
  try {
    let { call } = work;
    for (;;) {
      response = await dispatcher.dispatch(wireRequest(planned, call), abort);
      const read =
        response.status >= 200 && response.status < 300
          ? await work.read(response, watch)
          : await refusal(planned, work, response);
      if (!isAgain(read)) {
        outcome = told(read, planned);
        break;
      }
      if (read.afterMs > 0) await pause(clock, read.afterMs, abort);
      call = read.again;
    }
    return outcome;
  } finally {
    if (outcome === undefined || !isStream(outcome)) watch?.stop();
    if (outcome === undefined || !isAnswer(outcome)) response?.cancel(undefined);
  }
}

/** What the provider says of its faults, now or later in its stream, without what nobody else is to read. */
function told(outcome: Answer | Fault, { deployment: { provider } }: PlannedAttempt): Answer | Fault {
  if (!isAnswer(outcome)) return cleanFault(outcome, provider);
  if ('stream' in outcome) outcome.stream.clean = (fault) => cleanFault(fault, provider);
  return outcome;
}

/** Waits between two calls of one attempt. Throws why it is over when it is. */
async function pause(clock: Clock, ms: number, abort: Cancellation): Promise<void> {
  const controller = new AbortController();
  const listener = { handleEvent: () => controller.abort(abort.reason) };
  abort.addEventListener('abort', listener);
  if (abort.aborted) throw abort.reason;
  await clock.sleep(ms, controller.signal).finally(() => abort.removeEventListener('abort', listener));
}

function wireRequest(planned: PlannedAttempt, call: UpstreamCall): WireRequest {
  const { provider } = planned.deployment;
  const url = urlOf(provider, call.path, call.wholePath);
  return {
    method: call.method,
    origin: url.origin,
    path: url.path,
    headers: headersOf(provider, call),
    body: call.body,
  };
}

async function refusal(planned: PlannedAttempt, work: Work, response: WireResponse): Promise<Fault> {
  if (response.status < 400) {
    return {
      kind: 'invalid-response',
      message: `The provider answered with status ${response.status}, a redirect is never followed.`,
    };
  }
  const text = await errorText(response);
  if (typeof text !== 'string') return text;
  const { client } = ADAPTERS[planned.deployment.target.row.format];
  const fault = client.fault(response.status, (name) => response.header(name), text);
  return work.refused?.(fault) ?? fault;
}

async function errorText(response: WireResponse): Promise<string | Fault> {
  try {
    return decoder.decode(await readAll(response.body, MAX_ERROR_BYTES));
  } catch (error) {
    const fault = transportFault(error);
    // Too long for an error: the status tells enough.
    return fault.retryable === false ? '' : { ...fault, status: response.status };
  }
}
