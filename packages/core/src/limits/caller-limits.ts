import { toData } from '../config/data.ts';
import { limitSettings } from '../config/limit-settings.ts';
import type { Problem } from '../config/problems.ts';
import type { Caller } from '../config/types.ts';
import { validate } from '../config/validate.ts';
import { GatewayError } from '../kit/errors.ts';
import { type Windows, windowsFor } from './split.ts';

const NONE: Windows = { requests: [], attempts: [] };
const prepared = new WeakMap<object, Windows>();

/**
 * The limits that a caller brings along, checked when a list is seen for the first time. Throws GatewayError `internal`, with what is wrong as its cause:
 * nobody is served without a limit that somebody meant.
 */
export function windowsOf(caller: Caller | undefined): Windows {
  const limits = caller?.limits;
  if (limits === undefined) return NONE;
  const known = typeof limits === 'object' && limits !== null ? prepared.get(limits) : undefined;
  if (known !== undefined) return known;
  const problems: Problem[] = [];
  const data = toData({ limits }, problems);
  const checked = validate(data, problems).limits ?? [];
  if (problems.length > 0) throw wrong(problems);
  // A limit of the configuration may count the same over the same scope: each is counted by itself.
  const windows = windowsFor(limitSettings(checked).map((limit) => ({ ...limit, id: `${limit.id}-own` })));
  prepared.set(limits, windows);
  return windows;
}

const wrong = (problems: readonly Problem[]): GatewayError =>
  new GatewayError('internal', 'The limits of this caller can not be read, and it is not served without them.', {
    cause: new TypeError(`limits of a caller: ${problems.map(({ path, text }) => `${path} ${text}`).join('; ')}`),
  });
