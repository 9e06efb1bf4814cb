import type { PriceBook } from '../cost/price.ts';
import type { Journal } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Credentials } from '../transport/credentials.ts';
import type { Platform } from '../transport/platform.ts';
import { readAccess } from './access.ts';
import type { CODE_KEYS } from './code-keys.ts';
import { CONSOLE } from './console.ts';
import type { CustomStrategy } from './custom-strategy.ts';
import type { FetchMedia } from './fetch-media.ts';
import type { Hooks } from './hooks.ts';
import { readPolicies } from './policies.ts';
import { below, type Problem, unknownKey, whatIs } from './problems.ts';
import { srvName } from './routing-discover.ts';
import type { CodeSettings } from './settings.ts';
import { isStrategyName } from './strategy-names.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { Discover, Log } from './types.ts';

/** Reads the code part; what does not fit goes to `problems`, and the answer is then not to be used. */
export function readCode(
  code: Readonly<Partial<Record<(typeof CODE_KEYS)[number], unknown>>>,
  problems: Problem[],
): CodeSettings {
  const hooks = readHooks(code.hooks, problems);
  return {
    access: readAccess(code.access, problems),
    hooks,
    inspects: hooks.onRequest.length + hooks.onReply.length + hooks.onEvent.length > 0,
    fetchMedia: readFetchMedia(code.fetchMedia, problems),
    credentials: readCredentials(code.credentials, problems),
    priceBook: readPriceBook(code.priceBook, problems),
    tokenizer: readTokenizer(code.tokenizer, problems),
    strategies: readFunctions<CustomStrategy>(
      'strategies',
      code.strategies,
      '(candidates, question) => ids',
      (name) => (isStrategyName(name) ? 'is the name of a strategy that is there; take another' : undefined),
      problems,
    ),
    discover: readFunctions<Discover>(
      'discover',
      code.discover,
      '() => deployments',
      (name) => (srvName(name) === undefined ? undefined : 'begins as look-ups of SRV records do; take another name'),
      problems,
    ),
    policies: readPolicies(code.policies, problems),
    store: readStore(code.store, problems),
    journal: readJournal(code, problems),
    platform: readPlatform(code.platform, problems),
    log: readLog(code.log, problems),
  };
}

type Members = Readonly<Record<string, unknown>>;

const HOOKS = ['onRequest', 'onPlan', 'onReply', 'onEvent'] as const;

function readHooks(hooks: unknown, problems: Problem[]): Required<Hooks> {
  const given = members('hooks', hooks, HOOKS, 'lists of functions such as { onRequest: [check] }', problems);
  const read = Object.fromEntries(HOOKS.map((name) => [name, functions(below('hooks', name), given[name], problems)]));
  return read as unknown as Required<Hooks>;
}

function functions(path: string, list: unknown, problems: Problem[]): readonly unknown[] {
  if (list === undefined) return [];
  if (typeof list === 'function') problems.push({ path, text: 'is a function; write a list of functions: [ … ]' });
  else if (!Array.isArray(list)) problems.push({ path, text: `${whatIs(list)}; write a list of functions` });
  else if (!list.every((hook) => typeof hook === 'function'))
    problems.push({ path, text: 'holds something else than functions; write a list of functions' });
  else return [...list];
  return [];
}

function readFetchMedia(fetchMedia: unknown, problems: Problem[]): FetchMedia | undefined {
  if (fetchMedia !== undefined && typeof fetchMedia !== 'function') {
    const text = `${whatIs(fetchMedia)}; write a function (url, { kind, maxBytes, signal }) => ({ data, mediaType })`;
    problems.push({ path: 'fetchMedia', text });
  }
  return fetchMedia as FetchMedia | undefined;
}

function readCredentials(credentials: unknown, problems: Problem[]): ReadonlyMap<string, Credentials> {
  const read = new Map<string, Credentials>();
  if (credentials === undefined) return read;
  const write = '{ headers(request, signal) { … } }';
  if (!isObject(credentials) || Array.isArray(credentials)) {
    problems.push({ path: 'credentials', text: `${whatIs(credentials)}; write { acme: ${write} }, by provider id` });
    return read;
  }
  for (const [id, given] of Object.entries(credentials)) {
    if (given === undefined) continue;
    if (isObject(given) && typeof given.headers === 'function') read.set(id, given as unknown as Credentials);
    else
      problems.push({
        path: below('credentials', id),
        text: `${isObject(given) ? 'gives no headers' : whatIs(given)}; write ${write}, or what a package for that vendor makes`,
      });
  }
  return read;
}

function readPriceBook(book: unknown, problems: Problem[]): PriceBook | undefined {
  if (book === undefined) return undefined;
  const fits = isObject(book) && typeof book.find === 'function' && typeof book.list === 'function';
  if (!fits)
    problems.push({
      path: 'priceBook',
      text: `${isObject(book) ? 'is no price book' : whatIs(book)}; write what a package of prices makes, or leave it out; your own prices go into \`prices\``,
    });
  return book as PriceBook;
}

function readTokenizer(tokenizer: unknown, problems: Problem[]): Tokenizer | undefined {
  if (tokenizer === undefined) return undefined;
  if (!isObject(tokenizer) || typeof tokenizer.count !== 'function')
    problems.push({
      path: 'tokenizer',
      text: `${isObject(tokenizer) ? 'counts nothing' : whatIs(tokenizer)}; write { count: (text, model) => … }, or leave it out`,
    });
  return tokenizer as Tokenizer;
}

/** Functions of the host by names of its choice. `wrong`: why it can't be called so. */
function readFunctions<Read>(
  member: string,
  given: unknown,
  write: string,
  wrong: (name: string) => string | undefined,
  problems: Problem[],
): ReadonlyMap<string, Read> {
  const read = new Map<string, Read>();
  if (given === undefined) return read;
  if (!isObject(given) || Array.isArray(given)) {
    problems.push({ path: member, text: `${whatIs(given)}; write { mine: ${write} }` });
    return read;
  }
  for (const [name, one] of Object.entries(given)) {
    const path = below(member, name);
    const text = wrong(name);
    if (text !== undefined) problems.push({ path, text });
    else if (typeof one === 'function') read.set(name, one as Read);
    else if (one !== undefined) problems.push({ path, text: `${whatIs(one)}; write a function ${write}` });
  }
  return read;
}

function readStore(store: unknown, problems: Problem[]): Store | undefined {
  if (store === undefined) return undefined;
  const fits =
    isObject(store) &&
    isObject(store.limits) &&
    isObject(store.ledger) &&
    isObject(store.entities) &&
    typeof store.shared === 'function';
  if (!fits)
    problems.push({
      path: 'store',
      text: `${isObject(store) ? 'is no Store' : whatIs(store)}; write memoryStore() or another Store instance, or leave it out`,
    });
  return store as Store;
}

const JOURNAL = ['load', 'append', 'confirm'] as const;

function readJournal({ journal, store }: Members, problems: Problem[]): Journal | undefined {
  if (journal === undefined) return undefined;
  const fits = isObject(journal) && JOURNAL.every((name) => typeof journal[name] === 'function');
  if (!fits)
    problems.push({
      path: 'journal',
      text: `${isObject(journal) ? 'is no Journal' : whatIs(journal)}; write sqliteJournal({ file: 'journal.db' }), or leave it out; how much waits at most is \`storage.journal\``,
    });
  else if (store === undefined)
    problems.push({ path: 'journal', text: 'keeps what a store was not told; give a `store` too, or leave it out' });
  return journal as Journal;
}

const PLATFORM: Readonly<Record<keyof Platform, 'object' | 'function'>> = {
  dispatcher: 'object',
  sockets: 'object',
  clock: 'object',
  random: 'function',
  randomId: 'function',
  sha256: 'function',
  spool: 'function',
  srv: 'function',
  environment: 'object',
};

function readPlatform(platform: unknown, problems: Problem[]): Partial<Platform> {
  const given = members('platform', platform, Object.keys(PLATFORM), 'parts such as { clock }', problems);
  for (const [name, type] of Object.entries(PLATFORM)) {
    const part = given[name];
    const fits = type === 'function' ? typeof part === 'function' : isObject(part);
    if (part !== undefined && !fits)
      problems.push({
        path: below('platform', name),
        text: `${whatIs(part)}; write ${type === 'function' ? 'a function' : 'an object'}`,
      });
  }
  return Object.fromEntries(Object.entries(given).filter(([, part]) => part !== undefined)) as Partial<Platform>;
}

function readLog(log: unknown, problems: Problem[]): Log {
  if (log === undefined) return CONSOLE;
  if (isObject(log) && typeof log.warn === 'function' && typeof log.error === 'function') return log as unknown as Log;
  problems.push({
    path: 'log',
    text: 'is no log; write { warn(message, fields) { … }, error(message, fields) { … } }',
  });
  return CONSOLE;
}

/** The members of an object of known keys; {} when it is absent or no object. */
function members(path: string, value: unknown, known: readonly string[], write: string, problems: Problem[]): Members {
  if (value === undefined) return {};
  if (!isObject(value) || Array.isArray(value)) {
    problems.push({ path, text: `${whatIs(value)}; write ${write}` });
    return {};
  }
  for (const key of Object.keys(value)) if (!known.includes(key)) problems.push({ path, text: unknownKey(key, known) });
  return value;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
