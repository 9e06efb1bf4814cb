/** What `npm run conformance` says of OpenAI's schema beyond the harness' own sum. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importSource } from './import-source.mjs';

/** What the harness calls by another name than the catalog. */
const PROVIDERS = { azure: 'azure-deployments' };

/** Endpoints of the harness, and the format in which they pass through. */
const FORMATS = { chat: 'openai-chat', responses: 'openai-responses', embeddings: 'openai-chat' };

/**
 * The rate without rows of `fidelity: 'exact'`, whose providers' bytes pass untouched: they are that provider's to judge. A check that the harness
 * counts as failed because its own schema can't be compiled is no judgement of an answer, so its number stands beside the rate.
 */
export async function schemaLine(harness, { results }) {
  const { catalogRow } = await importSource('providers/row.ts');
  const manifest = JSON.parse(readFileSync(join(harness, 'fixtures/open/manifest.json'), 'utf8'));
  const endpoints = new Map(manifest.fixtures.map(({ id, endpoint }) => [id, endpoint]));
  const judged = results.filter(({ id, provider }) => !isExact(catalogRow, provider, FORMATS[endpoints.get(id)]));
  const sum = (name) => judged.reduce((total, { n }) => total + n[name], 0);
  const unreadable = judged
    .flatMap(({ fails }) => fails)
    .filter((text) => text.startsWith('schema: unreadable: "')).length;
  const [good, all] = [sum('schemaOk'), sum('schema')];
  const rate = all === 0 ? '' : ` (${((100 * good) / all).toFixed(1)} %)`;
  const line = `OpenAI schema without rows of fidelity exact: ${good}/${all}${rate}`;
  return unreadable === 0
    ? line
    : `${line}; ${unreadable} of them are checks that did not run, since the harness' own schema of chunks does not compile (see --readable-spec)`;
}

function isExact(catalogRow, provider, format) {
  const row = catalogRow(PROVIDERS[provider] ?? provider);
  if (row === undefined || format === undefined) return false;
  if (row.format === format) return row.fidelity === 'exact';
  const also = row.also?.[format];
  return also !== undefined && (also.fidelity ?? 'exact') === 'exact';
}

/**
 * `--readable-spec`: gives the harness' copy OpenAI's description with `nullable: true` in words that JSON Schema has. Its validator can't compile
 * `nullable` beside a reference, so that no chunk of any stream is looked at, and takes no null where an enumeration does not list it. Says what it changed.
 */
export function makeSpecReadable(place) {
  const file = join(place, 'spec/openai-components.json');
  const text = readFileSync(file, 'utf8');
  const spec = JSON.parse(text);
  const changed = { count: 0 };
  const readable = nullsSpelled(spec, changed);
  rmSync(file);
  writeFileSync(file, JSON.stringify(readable));
  return `--readable-spec: ${changed.count} members that are \`nullable\` now take null in words of JSON Schema; the harness' own sums below are of that description`;
}

function nullsSpelled(value, changed) {
  if (Array.isArray(value)) return value.map((item) => nullsSpelled(item, changed));
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...schema } = value;
  const spelled = (members) =>
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, nullsSpelled(member, changed)]));
  if (nullable !== true) return spelled(value);
  changed.count++;
  return { anyOf: [spelled(schema), { type: 'null' }] };
}
