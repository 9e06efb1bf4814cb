import type { LimitSettings } from '../config/limit-settings.ts';
import type { Limit } from '../store/store.ts';
import { type CalendarWindow, calendarWindow } from './calendar.ts';

/** Parts that a rolling window has: what was used may count this share longer than it should. */
const SLICES = 60;

/** A limit as the store counts it at a moment. Made once per window: asking again in the same one gives the same object. */
export class LimitWindow {
  readonly settings: LimitSettings;
  #limit: Limit;
  #window: CalendarWindow | undefined;
  /** The same limit with what is added for a time. */
  #raised: { readonly of: Limit; readonly limit: Limit } | undefined;

  constructor(settings: LimitSettings) {
    this.settings = settings;
    const { id, counts, max, soft, per } = settings;
    this.#limit = { id, counts, max, window: 0, ...(soft ? { soft } : {}) };
    if (typeof per === 'number') {
      // Slices have to be whole milliseconds.
      const slice = Math.max(1, Math.ceil(per / SLICES));
      const slices = Math.ceil(per / slice);
      this.#limit = { ...this.#limit, window: slice * slices, slices };
    }
  }

  at(now: number): Limit {
    const { increase } = this.settings;
    const limit = this.#plain(now);
    if (increase === undefined || now >= increase.until) return limit;
    if (this.#raised?.of !== limit) this.#raised = { of: limit, limit: { ...limit, max: limit.max + increase.by } };
    return this.#raised.limit;
  }

  #plain(now: number): Limit {
    const { per, timeZone, rollover } = this.settings;
    if (typeof per !== 'string') return this.#limit;
    const known = this.#window;
    if (known !== undefined && now >= known.start && now < known.end) return this.#limit;
    const window = calendarWindow(per, timeZone, now);
    this.#window = window;
    this.#limit = {
      ...this.#limit,
      start: window.start,
      window: window.end - window.start,
      ...(rollover > 0 ? { rollover: { from: window.before, most: rollover } } : {}),
    };
    return this.#limit;
  }
}
