import type { LimitState } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { subjectOf } from './subject.ts';

/** Soft limits that gave way: told, and nothing is refused. */
export function tellCrossed(exchange: LineExchange, states: readonly LimitState[]): void {
  const { events } = exchange.line;
  if (states.length === 0 || !events.listens('limit-crossed')) return;
  for (const state of states)
    if (state.crossed === true) events.emit('limit-crossed', { ...subjectOf(exchange), state });
}
