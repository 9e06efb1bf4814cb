import { isAgain } from '../adapters/adapter.ts';
import { clientOf } from '../adapters/index.ts';
import type { Fault } from '../chat/fault.ts';
import { Cancellation } from '../kit/cancel.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { WireRequest, WireResponse } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { isSocket, type WireSocket } from '../transport/web-socket.ts';
import { type Answer, isAnswer, isStream } from './answer.ts';
import { cleanFault } from './clean-fault.ts';
import { type LineExchange, takesLong } from './exchange.ts';
import { Outgoing } from './outgoing.ts';
import { pause } from './pause.ts';
import { refused, signature, signed } from './sign.ts';
import { Watch } from './stream/watch.ts';
import { transportFault } from './upstream-error.ts';
import { upstreamKey } from './upstream-key.ts';
import type { Work } from './work/work.ts';

/** Bytes of an error body that are read; vendors' errors are far smaller. */
const MAX_ERROR_BYTES = 64 * 1024;
const decoder = new TextDecoder();

/**
 * One wire call, and those that ask for its result again: sends it, and reads the answer as far as the attempt needs to. Gives a fault, or throws what the transport
 * throws.
 */
export async function dispatch(exchange: LineExchange, planned: PlannedAttempt, work: Work): Promise<Answer | Fault> {
  const abort = new Cancellation();
  exchange.abort = abort;
  const { clock } = exchange.line.platform;
  const timers = planned.alias.timers(takesLong(exchange.peek));
  const watch = work.call.stream ? new Watch(clock, timers, (error) => abort.abort(error)) : undefined;
  exchange.watch = watch;
  if (watch !== undefined) abort.addEventListener('abort', watch);
  const { authHeaders, credentials } = planned.deployment.provider;
  let outcome: Answer | Fault | undefined;
  let response: WireResponse | undefined;
  try {
    let { call } = work;
    for (;;) {
      const request = new Outgoing(planned, call, call === work.call ? upstreamKey(exchange, planned) : undefined);
      const keys = credentials === undefined ? authHeaders : await signature(request, credentials, abort);
      exchange.keys = keys;
      const opened = await sent(exchange, work, credentials === undefined ? request : signed(request, keys), abort);
      if (isSocket(opened)) {
        outcome = { kind: 'socket', socket: opened };
        return outcome;
      }
      response = opened;
      const read =
        response.status >= 200 && response.status < 300
          ? await work.read(response, watch)
          : await refusal(planned, work, response);
      if (!isAgain(read)) {
        outcome = told(read, keys);
        if (response.status === 401 && credentials !== undefined && !isAnswer(outcome))
          outcome = refused(outcome, credentials, keys);
        return outcome;
      }
      if (read.afterMs > 0) await pause(clock, read.afterMs, abort);
      call = read.again;
    }
  } finally {
    // One that spoke in the moment in which it was given up has nobody to read it.
    if (outcome === undefined || !isStream(outcome) || abort.aborted) watch?.stop();
    if (outcome === undefined || !isAnswer(outcome)) response?.cancel(undefined);
  }
}

function sent(
  exchange: LineExchange,
  work: Work,
  request: WireRequest,
  signal: Cancellation,
): Promise<WireSocket | WireResponse> {
  const { dispatcher, sockets } = exchange.line.platform;
  if (work.opens !== true) return dispatcher.dispatch(request, signal);
  if (sockets === undefined) throw new TypeError('a session without sockets');
  return sockets.dial(request, signal);
}

/** What the provider says of its faults, now or later in its stream, without what nobody else is to read. */
function told(outcome: Answer | Fault, keys: Readonly<Record<string, string>>): Answer | Fault {
  if (!isAnswer(outcome)) return cleanFault(outcome, keys);
  if ('stream' in outcome) outcome.stream.clean = (fault) => cleanFault(fault, keys);
  return outcome;
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
  const fault = clientOf(planned.deployment.target).fault(response.status, (name) => response.header(name), text);
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
