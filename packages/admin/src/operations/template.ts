import type { Grant, LimitConfig, TemplateRecord } from '@postern/core';
import { unitsOf } from '@postern/core';
import { AdminError, invalid } from '../errors.ts';
import { type Reading, recordOf } from './read.ts';

/** What a template says of keys, users, teams and organisations. */
export type Templated = Partial<Omit<Grant, 'createdAt'>> & {
  readonly expires?: number | undefined;
};

/**
 * The template of that id.
 * @throws AdminError `invalid_request`: there is none, or it is of another kind
 */
export async function templateOf(context: Reading, id: string, of: TemplateRecord['of']): Promise<TemplateRecord> {
  const template = await recordOf(context, 'template', id);
  if (template === undefined) throw invalid('template', `there is no template ${JSON.stringify(id)}`);
  if (template.of !== of) throw invalid('template', `is a template of a ${template.of}, and this is a ${of}`);
  return template;
}

/** What is given, and the template's defaults for what is not. */
export function filled<Given extends Templated>(given: Given, { defaults = {} }: TemplateRecord): Given {
  return { ...defaults, ...given };
}

const beyond = (param: string, text: string): AdminError =>
  new AdminError('beyond_template', `${param}: ${text}`, param);

/**
 * Refuses what allows more than the template does.
 * @param madeAt when the entity was made; its lifetime begins there
 * @param looksAt members to be checked; default all
 * @throws AdminError `beyond_template`, with the member
 */
export function checkBounds(
  given: Templated,
  { atMost }: TemplateRecord,
  madeAt: number,
  looksAt: (member: string) => boolean = () => true,
): void {
  if (atMost === undefined) return;
  if (looksAt('models') || looksAt('groups')) checkModels(given, atMost);
  if (looksAt('limits')) for (const bound of atMost.limits ?? []) checkLimit(given.limits ?? [], bound);
  if (atMost.lifetime === undefined || !looksAt('expires')) return;
  if (given.expires === undefined)
    throw beyond('expires', `has to be there: keys of the template last ${atMost.lifetime} ms at most`);
  if (given.expires - madeAt > atMost.lifetime)
    throw beyond('expires', `is later than the template's ${atMost.lifetime} ms allow`);
}

function checkModels(given: Templated, { models, groups }: Pick<Grant, 'models' | 'groups'>): void {
  if (models === undefined && groups === undefined) return;
  if (given.models === undefined && given.groups === undefined)
    throw beyond('models', 'is absent, which allows all models; the template allows some');
  given.models?.forEach((name, index) => {
    if (!(models ?? []).some((bound) => isWithin(name, bound)))
      throw beyond(`models.${index}`, `${JSON.stringify(name)} is not among the models of the template`);
  });
  given.groups?.forEach((group, index) => {
    if (!(groups ?? []).includes(group))
      throw beyond(`groups.${index}`, `${JSON.stringify(group)} is not among the groups of the template`);
  });
}

/** Does a pattern allow nothing that the other one doesn't? */
function isWithin(name: string, bound: string): boolean {
  if (!bound.endsWith('*')) return name === bound;
  return (name.endsWith('*') ? name.slice(0, -1) : name).startsWith(bound.slice(0, -1));
}

function checkLimit(limits: readonly LimitConfig[], bound: LimitConfig): void {
  const what = `${bound.counts} per ${periodOf(bound)}`;
  const same = limits.flatMap((limit, index) => (isSame(limit, bound) ? [[limit, index] as const] : []));
  if (same.length === 0) throw beyond('limits', `has no limit of ${what}; the template has one of ${bound.max}`);
  const fits = same.some(
    ([limit]) =>
      amountOf(limit, limit.max) <= amountOf(bound, bound.max) &&
      carried(limit) <= carried(bound) &&
      rises(limit, bound),
  );
  if (!fits) throw beyond(`limits.${same[0]?.[1]}.max`, `allows more ${what} than the template's ${bound.max}`);
}

/** With what is added for a time, is it within the bound, or within what is added to that? */
function rises(limit: LimitConfig, bound: LimitConfig): boolean {
  if (limit.increase === undefined) return true;
  const most = amountOf(limit, limit.max) + amountOf(limit, limit.increase.by);
  if (most <= amountOf(bound, bound.max)) return true;
  if (bound.increase === undefined || Date.parse(limit.increase.until) > Date.parse(bound.increase.until)) return false;
  return most <= amountOf(bound, bound.max) + amountOf(bound, bound.increase.by);
}

const periodOf = ({ counts, per }: LimitConfig): string =>
  typeof per === 'object' ? `rolling ${per.rolling}` : (per ?? (counts === 'usd' ? 'month' : 'minute'));

const isSame = (limit: LimitConfig, bound: LimitConfig): boolean =>
  limit.counts === bound.counts &&
  periodOf(limit) === periodOf(bound) &&
  (limit.timeZone ?? 'UTC') === (bound.timeZone ?? 'UTC') &&
  limit.model === bound.model &&
  (limit.soft !== true || bound.soft === true);

const amountOf = ({ counts }: LimitConfig, amount: number | string): number =>
  unitsOf(counts, amount) ?? Number.POSITIVE_INFINITY;

function carried(limit: LimitConfig): number {
  const { rollover } = limit;
  if (rollover === undefined || rollover === false) return 0;
  return rollover === true ? amountOf(limit, limit.max) : amountOf(limit, rollover);
}
