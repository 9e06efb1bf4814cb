import { outputTotal } from '../chat/usage.ts';
import type { Side } from '../router/split.ts';
import type { AttemptRecord } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';

/** How an attempt fared that is of a side of a gray release; and the end of it, where it does worse than what stays. `hung`: its client left because nothing came. */
export function tellRelease({ line }: LineExchange, side: Side, record: AttemptRecord, hung: boolean): void {
  const { outcome, startedAt, endedAt, firstTokenAt, usage } = record;
  if (outcome === 'cancelled' && !hung) return;
  const { arm, release, alias, to } = side;
  arm.count(outcome !== 'ok');
  if (firstTokenAt !== undefined) arm.firstToken.add(firstTokenAt - startedAt);
  const output = usage === undefined ? 0 : outputTotal(usage);
  if (outcome === 'ok' && output > 0) arm.perToken.add((endedAt - startedAt) / output);
  const why = release.judge();
  if (why === undefined) return;
  line.settings.log.error('a gray release was rolled back', { alias, to, why });
  const { fresh, old } = release;
  line.events.emit('rolled-back', { alias, to, why, errors: fresh.share, before: old.share });
}
