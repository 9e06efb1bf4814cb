/** When a deployment may be asked. */
export interface HoursConfig {
  /** Times of the day such as `08:00`; `to` is the first minute outside. A `to` before `from` is on the next day. */
  readonly from: string;
  readonly to: string;
  /** Days of the week on which it opens, 0 = Sunday. Default: every day. */
  readonly days?: readonly number[];
  /** Such as `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string;
}

/** Which requests a deployment is for. */
export interface PlaceConfig {
  /**
   * Requests with one of the tags that deployments of the alias carry go only to those that carry all of them. A request has the tags of its caller and
   * of the header `x-postern-tags`.
   */
  readonly tags?: readonly string[];
  /** Where it is. Callers with `regions` are served in those only. */
  readonly region?: string;
  /** Default: always. */
  readonly hours?: HoursConfig;
}

/** {@link HoursConfig} in minutes of the day, up to 1440. */
export interface HoursSettings {
  readonly from: number;
  readonly to: number;
  readonly days: readonly number[] | undefined;
  readonly timeZone: string;
}

/** {@link PlaceConfig} with its hours read. */
export type PlaceSettings = Omit<PlaceConfig, 'hours'> & { readonly hours?: HoursSettings };

/** Hours that passed the checks. */
export const hoursSettings = ({ from, to, days, timeZone = 'UTC' }: HoursConfig): HoursSettings => ({
  from: minuteOf(from),
  to: minuteOf(to) || 1_440,
  days,
  timeZone,
});

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
