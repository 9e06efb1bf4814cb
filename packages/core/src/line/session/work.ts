import type { Target } from '../../adapters/adapter.ts';
import { sessionCall } from '../../adapters/realtime/call.ts';
import type { LineExchange } from '../exchange.ts';
import type { Work } from '../work/work.ts';

/** A session: what a provider answers instead of opening one is a refusal. */
export function sessionWork(exchange: LineExchange, target: Target): Work {
  return {
    call: sessionCall(exchange.inbound, target),
    opens: true,
    read: async ({ status }) => ({ kind: 'invalid-response', message: `The provider answered with status ${status}.` }),
  };
}
