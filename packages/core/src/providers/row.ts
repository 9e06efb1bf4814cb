import type { Operation, WireFormat } from '../adapters/format.ts';
import type { ProviderRow } from '../adapters/provider-row.ts';
import type { ProviderConfig } from '../config/types.ts';
import { ConfigError } from '../kit/errors.ts';
import { nearest } from '../kit/nearest.ts';
import { matchesName } from '../kit/patterns.ts';
import { CATALOG } from './catalog.ts';

const ROWS: Readonly<Record<string, ProviderRow>> = CATALOG;

/** What a row of one's own serves unless it says so. */
const SERVES: Readonly<Record<WireFormat, readonly Operation[]>> = {
  'openai-chat': ['chat', 'embeddings', 'models'],
  'anthropic-messages': ['chat', 'count-tokens', 'models'],
  gemini: ['chat', 'embeddings', 'count-tokens', 'models'],
  cohere: ['chat', 'embeddings', 'rerank', 'models'],
  ollama: ['chat', 'embeddings', 'models'],
  'openai-completions': ['chat', 'models'],
  'bedrock-converse': ['chat', 'count-tokens'],
  'openai-responses': ['chat', 'count-tokens'],
};

const PLAIN = [
  ...([
    'format',
    'baseUrl',
    'baseUrlEnv',
    'auth',
    'apiKeyEnv',
    'apiKeyOptional',
    'credentialsFrom',
    'settings',
    'serves',
  ] as const),
  ...([
    'fidelity',
    'drop',
    'calls',
    'repairs',
    'idempotencyHeader',
    'streamUsage',
    'streamPath',
    'modelInPath',
    'plainCount',
    'name',
    'source',
  ] as const),
];
const MAPS = ['rename', 'headers', 'paths', 'families', 'query', 'dropFrom', 'bodyFields', 'also'] as const;

/** Every provider id that needs no row of its own. */
export function catalogIds(): string[] {
  return Object.keys(ROWS);
}

/** How a sentence about an unknown id ends: `; did you mean …?`, or with its full stop. */
export function didYouMean(id: string): string {
  const near = nearest(id, catalogIds());
  return near === undefined ? '.' : `; did you mean ${near}?`;
}

/** The row of a known provider with its `extends` followed; undefined for an unknown id. */
export function catalogRow(id: string): ProviderRow | undefined {
  const row = Object.hasOwn(ROWS, id) ? ROWS[id] : undefined;
  if (row?.extends === undefined) return row;
  const base = catalogRow(row.extends);
  return base === undefined ? row : (layer(base, row) as ProviderRow);
}

/**
 * The row that a configured provider amounts to: the catalog's (by `extends`, else by its own id) under what the configuration says.
 * `rename`, `headers`, `paths`, `families`, `query`, `bodyFields` and `also` are merged name by name; every other field replaces the row's.
 * @throws ConfigError for an unknown id without a format, or an unknown `extends`
 */
export function configuredRow(id: string, config: ProviderConfig, path: string): ProviderRow {
  const base = baseRow(id, config, path);
  const { settings: _, ...own } = config; // values, where the row's settings are names of variables
  const merged = layer(base ?? {}, own);
  const { format } = merged;
  if (format === undefined)
    throw new ConfigError(path, `is no known provider${didYouMean(id)} A row of its own needs format and baseUrl.`);
  const serves = merged.serves ?? SERVES[format];
  const fidelity = merged.fidelity ?? (format === 'openai-chat' ? 'compatible' : 'exact');
  return { apiKeyEnv: [], source: path, ...merged, auth: merged.auth ?? 'bearer', format, serves, fidelity };
}

function baseRow(id: string, config: ProviderConfig, path: string): ProviderRow | undefined {
  if (config.extends === undefined) return catalogRow(id);
  const row = catalogRow(config.extends);
  if (row !== undefined) return row;
  throw new ConfigError(`${path}.extends`, `names no known provider${didYouMean(config.extends)}`);
}

/** Only known fields are taken over, and only those that are set. */
function layer(base: Partial<ProviderRow>, from: Partial<ProviderRow>): Partial<ProviderRow> {
  const merged: Record<string, unknown> = {};
  for (const field of PLAIN) {
    const value = from[field] ?? base[field];
    if (value !== undefined) merged[field] = value;
  }
  for (const field of MAPS) {
    if (base[field] !== undefined || from[field] !== undefined) merged[field] = { ...base[field], ...from[field] };
  }
  return merged as Partial<ProviderRow>;
}

/** What a row keeps for another format that the same API serves: where it is, and how it is called. */
const ANY_FORMAT = ['baseUrl', 'auth', 'apiKeyEnv', 'headers', 'idempotencyHeader', 'query', 'name', 'source'] as const;

/** The row of the same API in each of the further formats that it serves. */
export function rowsAlso(row: ProviderRow): ReadonlyMap<WireFormat, ProviderRow> {
  const rows = new Map<WireFormat, ProviderRow>();
  for (const [name, differs] of Object.entries(row.also ?? {})) {
    const format = name as WireFormat;
    if (format === row.format || differs === undefined) continue;
    const { only: _, serves = SERVES[format], fidelity = 'exact', ...own } = differs;
    if (!serves.includes('chat')) continue;
    const shared = Object.fromEntries(
      ANY_FORMAT.map((field) => [field, row[field]]).filter(([, value]) => value !== undefined),
    );
    rows.set(format, { ...(shared as unknown as ProviderRow), ...own, serves, fidelity, format });
  }
  return rows;
}

/** Is this model served in that further format of its API, as far as the row knows? */
export function servesAlso({ also }: ProviderRow, format: WireFormat, model: string): boolean {
  const only = also?.[format]?.only;
  return only === undefined || matchesName(only, model);
}
