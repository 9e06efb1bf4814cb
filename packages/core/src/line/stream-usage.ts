import type { Usage } from '../chat/usage.ts';
import { estimatedUsage, partialUsage } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { subjectOf } from './subject.ts';

/** What a stream used, as its provider told, or estimated by what came of it. */
export function streamUsage(
  { route, sentBytes }: LineExchange,
  { usage, content, complete }: NonNullable<LineExchange['reading']>,
): Usage {
  const whole = complete || route.operation !== 'chat';
  const guess = estimatedUsage(sentBytes, content);
  return whole ? (usage ?? guess) : partialUsage(usage, guess);
}

/** Frames of a stream that were broken. */
export function tellWithheld(exchange: LineExchange, { broken }: NonNullable<LineExchange['reading']>): void {
  const { events } = exchange.line;
  if (broken === 0 || !events.listens('frames-withheld')) return;
  events.emit('frames-withheld', { ...subjectOf(exchange), provider: exchange.target?.provider ?? '', count: broken });
}
