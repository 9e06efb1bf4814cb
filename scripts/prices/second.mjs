/** The second list, the npm package @pydantic/genai-prices (MIT), fetched as npm packs it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PEAK_DAYS, SECOND } from './facts.mjs';

export const VERSION = '0.1.8';

const TOKENS = {
  input_mtok: 'i',
  cache_read_mtok: 'r',
  cache_write_mtok: 'w',
  cache_write_1h_mtok: 'h',
  input_audio_mtok: 'a',
  input_image_mtok: 'm',
  output_mtok: 'o',
  output_reasoning_mtok: 't',
  output_audio_mtok: 'A',
  output_image_mtok: 'M',
};

export function fetchSecond() {
  const folder = mkdtempSync(join(tmpdir(), 'prices-'));
  execFileSync('npm', ['pack', '--silent', `@pydantic/genai-prices@${VERSION}`, '--pack-destination', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  execFileSync('tar', [
    '-xzf',
    join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.tgz')),
    ),
    '-C',
    folder,
  ]);
  return createRequire(import.meta.url)(join(folder, 'package/dist/index.cjs'));
}

/** The models of a provider: what they match, and their tiers as in first.mjs. */
export function readSecond(list, id, today) {
  const provider = SECOND[id] === undefined ? undefined : list.findProvider({ providerId: SECOND[id] });
  if (provider === undefined) return { models: [], source: undefined };
  const models = provider.models.map(({ id: name, match, prices }) => ({
    names: namesOf(name, match),
    fits: (model) => fits(match, model) && same(name, model),
    tiers: tiersOf(inForce(prices, today), PEAK_DAYS[id]),
  }));
  return { models, source: provider.pricing_urls?.[0] };
}

/** Rules by how a name begins fit newer models too, which have prices of their own. */
const same = (id, model) =>
  !model.startsWith(id) || /^(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{4}|latest))?$/.test(model.slice(id.length));

function fits(match, model) {
  const [kind, value] = Object.entries(match)[0];
  if (kind === 'or') return value.some((one) => fits(one, model));
  if (kind === 'and') return value.every((one) => fits(one, model));
  if (kind === 'equals') return model === value;
  if (kind === 'starts_with') return model.startsWith(value);
  if (kind === 'ends_with') return model.endsWith(value);
  if (kind === 'contains') return model.includes(value);
  return new RegExp(value).test(model);
}

function namesOf(id, match) {
  const all = match.or ?? [match];
  return [...new Set([id, ...all.flatMap(({ equals }) => equals ?? [])])];
}

/** Today's prices, and those of certain hours. */
function inForce(prices, today) {
  if (!Array.isArray(prices)) return { base: prices, hours: [] };
  const dated = prices.filter(
    ({ constraint: on }) => on === undefined || (on.type === 'start_date' && on.start_date <= today),
  );
  return { base: dated.at(-1).prices, hours: prices.filter(({ constraint: on }) => on?.type === 'time_of_date') };
}

function tiersOf({ base, hours }, days) {
  const tiers = { '': {} };
  for (const [key, price] of Object.entries(base)) put(tiers, key, price, '');
  for (const { constraint, prices } of hours) {
    const tier = `@${minutes(constraint.start_time)}-${minutes(constraint.end_time)}${days === undefined ? '' : `/${days}`}`;
    for (const [key, price] of Object.entries(prices)) put(tiers, key, price, tier);
  }
  return tiers;
}

const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

function put(tiers, key, price, tier) {
  if (TOKENS[key] !== undefined) {
    put1(tiers, tier, TOKENS[key], price.base ?? price);
    // `start` 271999 and the other list's `>272k` are the same bound, written with and without its last token.
    for (const { start, price: higher } of price.tiers ?? [])
      put1(tiers, `${tier}>${Math.ceil(start / 1000) * 1000}`, TOKENS[key], higher);
  } else if (tier === '') {
    if (key === 'storage_searches_kcount') put1(tiers, tier, '$file_search', price / 1000);
    if (key === 'requests_kcount') put1(tiers, tier, 'f', price / 1000);
  }
}

function put1(tiers, tier, letter, price) {
  tiers[tier] ??= {};
  tiers[tier][letter] = decimal(price);
}

/** Without the tail that a double brings along. */
const decimal = (price) =>
  Number(price.toFixed(9))
    .toFixed(9)
    .replace(/\.?0+$/, '') || '0';
