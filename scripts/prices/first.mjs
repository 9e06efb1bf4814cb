/** The first list, ../shared/data/models.jsonl: LiteLLM's price list (MIT) in nano-dollars, with the vendors' pages as sources. */
import { readFileSync } from 'node:fs';
import { AUDIO_AS_TEXT, FREE_TOOLS, IMAGE_AS_TEXT, RENAMED, SEARCH } from './facts.mjs';

const TOKEN = 10n ** 9n;
const CLASSES = {
  input: 'i',
  cacheRead: 'r',
  cacheWrite: 'w',
  inputAudio: 'a',
  inputImage: 'm',
  output: 'o',
  outputReasoning: 't',
  outputAudio: 'A',
  outputImage: 'M',
};
/** What is priced by the piece, by the kinds of models of which the name is a measure of what they are asked for. */
const UNITS = {
  'input/character': ['c', ['audio_speech']],
  'input/second': ['s', ['audio_transcription']],
  'output/image': ['n', ['image_generation', 'image_edit']],
  'input/query': ['q', ['rerank']],
  'ocr/page': ['p', ['ocr']],
  'input/request': ['f', ['chat', 'responses', 'completion']],
};
const LETTERS_OF_TIERS = { batches: 'batch' };
/** Prices by region, commitment or size of image repeat the model under longer names. */
const NOT_A_MODEL =
  /^(?:\d-month-commitment\/|[a-z]{2}(?:-[a-z]+)+-\d\/|\*\/|(?:[a-z]+\/)?\d+-x-\d+\/|(?:hd|standard|low|medium|high)\/)/;

/** By provider, then by name: `{ '': { i: '0.75' }, 'batch': {…}, '>200000': {…} }`. `catalog`: ids that are wanted; `today`: for what has ended. */
export function readFirst(file, catalog, today) {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const names = new Set(rows.map(({ model }) => model));
  const providers = new Map();
  const sources = new Map();
  for (const row of rows) {
    if (typeof row.provider !== 'string') continue;
    const id = RENAMED[row.provider] ?? (row.provider.startsWith('vertex_ai') ? 'vertex_ai' : row.provider);
    if (!catalog.has(id) || (row.deprecated !== undefined && row.deprecated < today)) continue;
    const name = [`${row.provider}/`, `${id}/`].reduce(
      (left, prefix) => (left.startsWith(prefix) ? left.slice(prefix.length) : left),
      row.model,
    );
    if (NOT_A_MODEL.test(name)) continue;
    const tiers = tiersOf(row, id, name, names);
    if (tiers === undefined) continue;
    if (!providers.has(id)) providers.set(id, new Map());
    // The name with the provider before it is the newer entry of two.
    if (!providers.get(id).has(name) || name !== row.model) providers.get(id).set(name, tiers);
    if (row.source !== undefined) count(sources, id, row.source);
  }
  return { providers, sources: new Map([...sources].map(([id, all]) => [id, most(all)])) };
}

function tiersOf(row, id, name, names) {
  const tiers = { '': {} };
  for (const [key, nanos] of Object.entries(row.nanoUsdPerMillion ?? {})) place(tiers, key, usd(BigInt(nanos), TOKEN));
  for (const band of row.tiered ?? []) bands(tiers, band);
  for (const [key, text] of Object.entries(row.usdPerUnit ?? {})) {
    const [letter, modes] = UNITS[key] ?? [];
    if (letter === undefined || !modes.includes(row.mode)) continue;
    // An image that is sold by its tokens is not sold a second time, and one that is sold by its size has no one price.
    if (letter === 'n' && ('M' in tiers[''] || sized(name, names))) continue;
    tiers[''][letter] = text;
  }
  const base = tiers[''];
  // A list that says 0 for everything says that it does not know.
  if (Object.values(base).every((price) => Number(price) === 0)) return undefined;
  const search = Object.values(row.searchUsdPerQuery ?? {});
  if (SEARCH[id] !== undefined && new Set(search).size === 1) base[`$${SEARCH[id]}`] = search[0];
  for (const tool of FREE_TOOLS[id] ?? []) base[`$${tool}`] = '0';
  for (const rates of Object.values(tiers)) {
    if (IMAGE_AS_TEXT.has(id) && row.mode === 'chat' && rates.i !== undefined) rates.m ??= rates.i;
    if (AUDIO_AS_TEXT.test(name) && rates.i !== undefined) rates.a ??= rates.i;
  }
  return tiers;
}

/** `cacheWrite:1h,>200k,priority` → cacheWrite1h in the tier `priority>200000`. */
function place(tiers, key, price) {
  const [name, words = ''] = key.split(':');
  let letter = CLASSES[name];
  let service = '';
  let above = '';
  for (const word of words.split(',').filter(Boolean)) {
    if (word === '1h' && letter === 'w') letter = 'h';
    else if (/^>\d+k$/.test(word)) above = `${word.slice(0, -1)}000`;
    else if (/^[a-z_]+$/.test(word) && word !== 'cache' && word !== 'hit') service = LETTERS_OF_TIERS[word] ?? word;
    else return;
  }
  if (letter === undefined || /cache|hit/.test(words)) return;
  tiers[service + above] ??= {};
  tiers[service + above][letter] = price;
}

const PER_TOKEN = {
  input_cost_per_token: 'i',
  output_cost_per_token: 'o',
  cache_read_input_token_cost: 'r',
  output_cost_per_reasoning_token: 't',
};

function bands(tiers, { range, ...prices }) {
  const from = Number(range?.[0]);
  const tier = from === 0 ? '' : `>${from}`;
  if (!Number.isInteger(from)) return;
  for (const [key, text] of Object.entries(prices)) {
    if (PER_TOKEN[key] === undefined) continue;
    tiers[tier] ??= {};
    tiers[tier][PER_TOKEN[key]] = usd(scaled(text, 21), 10n ** 15n);
  }
}

/** A decimal times 10^digits, as a bigint. */
function scaled(text, digits) {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
}

/** `amount / unit` as a decimal. */
function usd(amount, unit) {
  const digits = String(unit).length - 1;
  const text = String(amount).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, '') || '0';
}

const sized = (name, names) => [...names].some((other) => other.endsWith(`/${name}`) && /\d+-x-\d+\//.test(other));

function count(sources, id, source) {
  if (!sources.has(id)) sources.set(id, new Map());
  sources.get(id).set(source, (sources.get(id).get(source) ?? 0) + 1);
}

const most = (all) => [...all].sort((a, b) => b[1] - a[1])[0][0];
