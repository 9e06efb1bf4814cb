import type { ProviderRow } from '../adapters/provider-row.ts';
import { SEARCHES, sourcesIn } from '../adapters/shared/searches.ts';
import type { Price } from '../cost/price.ts';
import type { Body } from '../transport/body.ts';
import type { LineExchange } from './exchange.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Calls of tools that the provider runs and bills, by the names that the price has for them: as many as the request allows them (`max_uses` of the tool,
 * `max_tool_calls` of the request), else one for each answer. A tool is known by its type or its member, in either spelling (`web_search_20250305`,
 * `{ webSearch: {} }`), or by a member of the request or of its `providerOptions` (`web_search_options`). Tools are read only where the text may name one that has a price.
 * What the provider calls unasked (`calls` of its row) is one call at the least.
 */
export function toolCalls(
  exchange: LineExchange,
  { rates, tiers = [] }: Price,
  { calls: unasked }: Pick<ProviderRow, 'calls'>,
): Readonly<Record<string, number>> {
  const priced = new Set([rates, ...tiers.map((tier) => tier.rates)].flatMap(({ tools = {} }) => Object.keys(tools)));
  const calls: Record<string, number> = {};
  if (priced.size === 0) return calls;
  const { most, asked } = asksFor(exchange, priced);
  const answers = exchange.peek.made ?? exchange.peek.n ?? 1;
  for (const name of priced) {
    let sum = 0;
    for (const { names, uses } of asked) if (names.some((one) => one.startsWith(name))) sum += uses ?? most ?? 1;
    if (sum === 0 && unasked?.includes(name) === true) sum = 1;
    if (sum > 0) calls[name] = sum * answers;
  }
  return calls;
}

/** A name may be spelled in escapes. */
function mayName(body: Body, priced: ReadonlySet<string>): boolean {
  const text = body.text();
  const has = (name: string): boolean => text.includes(name) || text.includes(camel(name));
  return (
    text.includes('\\u') || [...priced].some(has) || [...SEARCHES].some(([as, name]) => priced.has(name) && has(as))
  );
}

interface Asked {
  readonly names: readonly string[];
  readonly uses?: number | undefined;
}

function asksFor(
  { body, chat }: LineExchange,
  priced: ReadonlySet<string>,
): { most?: number | undefined; asked: readonly Asked[] } {
  if (body === undefined) {
    const options = membersOf(chat?.providerOptions);
    const tools = (chat?.tools ?? []).flatMap((tool) => (tool.type === 'server' ? [toolOf(tool.value)] : []));
    return { most: mostOf(options), asked: [...options.map(([key, value]) => memberOf(key, () => value)), ...tools] };
  }
  const fields = body.fields();
  const tools = fields.has('tools') && mayName(body, priced) ? fields.get('tools') : undefined;
  const options = fields.has('providerOptions') ? membersOf(fields.get('providerOptions')) : [];
  const own = fields.has('max_tool_calls') ? count(fields.get('max_tool_calls')) : undefined;
  const named = [...fields.keys()].filter((key) => key !== 'tools').map((key) => memberOf(key, () => fields.get(key)));
  return {
    most: own ?? mostOf(options),
    asked: [
      ...named,
      ...options.map(([key, value]) => memberOf(key, () => value)),
      ...(Array.isArray(tools) ? tools.filter(isObject).map(toolOf) : []),
    ],
  };
}

type Member = readonly [key: string, value?: unknown];

/** What `providerOptions` say to any provider: they reach its wire as members of the request do. */
const membersOf = (options: unknown): readonly Member[] =>
  isObject(options)
    ? Object.values(options)
        .filter(isObject)
        .flatMap((group) => Object.entries(group))
    : [];

/** `read`: its value, which is parsed only where it says how much is searched. */
function memberOf(key: string, read: () => unknown): Asked {
  const name = snake(key);
  const search = SEARCHES.get(name);
  return search === undefined ? { names: [name] } : { names: [search], uses: count(sourcesIn(read())) };
}

const mostOf = (options: readonly Member[]): number | undefined =>
  options.reduce<number | undefined>((most, [key, value]) => {
    const calls = key === 'max_tool_calls' ? count(value) : undefined;
    return calls === undefined ? most : Math.max(most ?? 0, calls);
  }, undefined);

function toolOf(tool: Json): Asked {
  const type = typeof tool['type'] === 'string' ? tool['type'] : '';
  const search = SEARCHES.get(type);
  if (search !== undefined) return { names: [search], uses: count(sourcesIn(tool)) };
  return { names: [type, ...Object.keys(tool).map(snake)], uses: count(tool['max_uses']) };
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
/** More than this nobody can pay for. */
const MOST_CALLS = 2 ** 20;
const count = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 ? Math.min(Math.ceil(value), MOST_CALLS) : undefined;
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
