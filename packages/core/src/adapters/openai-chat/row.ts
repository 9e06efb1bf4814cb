import type { ProviderRow } from '../provider-row.ts';
import type { ReasoningStyle } from './reasoning-options.ts';
import type { RepairName } from './repairs.ts';

/** Does the row name this deviation? */
export function has(row: ProviderRow, name: RepairName): boolean {
  return row.repairs?.includes(name) ?? false;
}

/** Does the API own this format, so that its bytes pass untouched? */
export function isExact(row: ProviderRow): boolean {
  return row.fidelity === 'exact';
}

const STYLES = ['reasoning-object', 'thinking-type', 'enable-thinking'] as const;

/** How the row's API is told how much to think. */
export function reasoningStyle(row: ProviderRow): ReasoningStyle {
  return STYLES.find((style) => has(row, style)) ?? 'reasoning-effort';
}
