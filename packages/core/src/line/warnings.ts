import type { Settings } from '../config/settings.ts';

/** What a configuration allows and its owner should know of; told once, at the mount. */
export function warnAtStart(settings: Settings, hasPrices: boolean): void {
  const { access, inspects, log, passThrough, resources, store, unknownPrice } = settings;
  if (access === 'open') log.warn("access is 'open': anybody who reaches this mount may spend money at the providers");
  if (inspects && (passThrough.size > 0 || resources !== undefined))
    log.warn('hooks see chats only: what passThrough and resources pass on is not shown to them');
  if (store === undefined) log.warn('the store is this process’s memory: what it holds is lost when the process ends');
  if (unknownPrice === 'flag' && !hasPrices)
    log.warn("unknownPrice is 'flag' and nothing has a price: budgets that callers bring along never refuse");
}
