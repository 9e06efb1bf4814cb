import type { HoursSettings } from '../config/routing-places.ts';
import { RequestError } from '../kit/errors.ts';
import { offsetAt } from '../kit/zone.ts';
import { ableOf, unableOf } from './able.ts';
import type { Deployment } from './deployment.ts';
import type { Alias, Conditions } from './plan.ts';
import type { Question } from './question.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const NO_TAGS: readonly string[] = Object.freeze([]);

/** undefined: each is for any request at any time. */
export function conditionsOf(
  deployments: readonly Deployment[],
  defaultTag: string | undefined,
): Conditions | undefined {
  const tags = new Set(deployments.flatMap((one) => one.tags ?? NO_TAGS));
  return tags.size === 0 && deployments.every(({ hours }) => hours === undefined) ? undefined : { tags, defaultTag };
}

/** May a deployment of the alias serve the question? undefined: each may. */
export const fitOf = (
  alias: Pick<Alias, 'conditions' | 'deployments'>,
  question: Question,
): ((deployment: Deployment) => boolean) | undefined => ableOf(alias, question, meetingOf(alias, question));

/** Does it meet the conditions? undefined: each does. */
function meetingOf(
  { conditions }: Pick<Alias, 'conditions'>,
  { now, regions, tags, wanted }: Question,
): ((deployment: Deployment) => boolean) | undefined {
  if (conditions === undefined && regions === undefined && wanted === undefined) return undefined;
  const asked = askedTags(conditions, tags, wanted);
  return (one) =>
    carries(one, asked) &&
    (regions === undefined || (one.region !== undefined && regions.includes(one.region))) &&
    (one.hours === undefined || isWithin(one.hours, now));
}

/** Tags that must be there: those of the header, and those of the caller that tell deployments of this alias apart. */
function askedTags(
  conditions: Conditions | undefined,
  tags: readonly string[],
  wanted: readonly string[] = NO_TAGS,
): readonly string[] {
  const known = conditions === undefined ? NO_TAGS : tags.filter((tag) => conditions.tags.has(tag));
  const all = known.length === 0 ? wanted : [...wanted, ...known];
  return all.length === 0 && conditions?.defaultTag !== undefined ? [conditions.defaultTag] : all;
}

const carries = ({ tags = NO_TAGS }: Deployment, asked: readonly string[]): boolean =>
  asked.length === 0 ? tags.length === 0 : asked.every((tag) => tags.includes(tag));

/** Is it open? Behind midnight it is still the day on which it opened. */
export function isWithin({ from, to, days, timeZone }: HoursSettings, now: number): boolean {
  const local = now + offsetAt(timeZone, now);
  const day = Math.floor(local / DAY);
  const minute = Math.floor((local - day * DAY) / MINUTE);
  if (from < to) return minute >= from && minute < to && opensOn(days, day);
  return (minute >= from && opensOn(days, day)) || (minute < to && opensOn(days, day - 1));
}

/** 1970-01-01 was a Thursday. */
const opensOn = (days: readonly number[] | undefined, day: number): boolean =>
  days === undefined || days.includes((((day + 4) % 7) + 7) % 7);

/** Which of the conditions this deployment of the alias does not meet; undefined: it may serve the question. */
export function missOf(alias: Alias, question: Question, one: Deployment): string | undefined {
  const { conditions } = alias;
  const { now, regions, tags, wanted } = question;
  if (fitOf(alias, question)?.(one) !== false) return undefined;
  if (meetingOf(alias, question)?.(one) !== false) return unableOf(one, question);
  const asked = askedTags(conditions, tags, wanted);
  if (!carries(one, asked))
    return asked.length === 0 ? 'is for requests with tags' : `does not carry the tags ${asked.join(', ')}`;
  if (one.hours !== undefined && !isWithin(one.hours, now)) return 'is closed at this hour';
  return `is not in the regions ${(regions ?? []).join(', ')}`;
}

/** Says which of the conditions no deployment of the alias meets. */
export function unfit(alias: Alias, { model, now, regions, tags, wanted }: Question): RequestError {
  const asked = askedTags(alias.conditions, tags, wanted);
  const missed: string[] = [];
  if (!alias.deployments.some((one) => carries(one, asked)))
    missed.push(asked.length === 0 ? 'serves requests without a tag' : `carries the tags ${asked.join(', ')}`);
  if (
    regions !== undefined &&
    !alias.deployments.some(({ region }) => region !== undefined && regions.includes(region))
  )
    missed.push(`is in the regions ${regions.join(', ')}`);
  if (alias.deployments.every(({ hours }) => hours !== undefined && !isWithin(hours, now)))
    missed.push('is open at this hour');
  const says = missed.length === 0 ? 'meets all conditions of this request' : missed.join(', or ');
  return new RequestError('unsupported_by_target', `No deployment of the model '${model.slice(0, 200)}' ${says}.`, {
    param: 'model',
  });
}
