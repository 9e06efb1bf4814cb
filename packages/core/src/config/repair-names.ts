import type { ProviderRow } from '../adapters/provider-row.ts';

type RepairName = NonNullable<ProviderRow['repairs']>[number];

/** Typed by the names of the adapter: a new one can't be forgotten here. */
const NAMES: Readonly<Record<RepairName, true>> = {
  'developer-as-system': true,
  'tool-choice-any': true,
  'tool-choice-option': true,
  'string-content': true,
  'short-tool-ids': true,
  'reasoning-object': true,
  'thinking-type': true,
  'enable-thinking': true,
  'reasoning-content-back': true,
  'reasoning-details-back': true,
  'thinking-content-back': true,
  'cache-control': true,
  'prefix-message': true,
  'partial-message': true,
  'final-message': true,
  'images-in-tool-results': true,
  'file-urls': true,
  'list-content': true,
  'reasoning-field': true,
  'usage-every-frame': true,
};

/** Every repair that a provider row can name. */
export const REPAIR_NAMES = Object.keys(NAMES) as [RepairName, ...RepairName[]];
