import type { Target } from '../adapter.ts';
import type { WireFormat } from '../format.ts';
import { checkGroup } from '../options/check.ts';
import { SCHEMAS } from '../options/schemas.ts';
import { type Json, record } from './read.ts';

/**
 * Members that no provider option may set, on any format, folded: what was authorised, guarded, reserved and is read rests on them. `models`,
 * `fallbacks`, `route` and `preset` would let an aggregator answer with a model that was not authorised.
 */
const PROTECTED: ReadonlySet<string> = new Set([
  ...['model', 'models', 'fallbacks', 'route', 'preset'],
  ...['messages', 'contents', 'input', 'prompt', 'system', 'systeminstruction', 'instructions'],
  // What was said before, by a name that the vendor keeps it under: under the operator's key, it may be another caller's.
  ...['previousresponseid', 'conversation'],
  ...['stream', 'streamoptions', 'n', 'candidatecount', 'bestof'],
  ...['maxtokens', 'maxcompletiontokens', 'maxoutputtokens', 'numpredict'],
  ...['tools', 'toolchoice', 'toolconfig', 'functions', 'functioncall'],
]);

/** Members by which the provider dials hosts that the request names. */
const DIALS_OUT = 'mcpservers';

/**
 * Members that hold protected ones, such as Gemini's `candidateCount`, Ollama's `num_predict`, and Bedrock's `maxTokens` and what a model takes
 * besides, such as `mcp_servers`.
 * Sources: https://ai.google.dev/api/generate-content#generationconfig, https://docs.ollama.com/api/chat (options),
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
const HOLDERS: ReadonlySet<string> = new Set([
  'generationconfig',
  'options',
  'inferenceconfig',
  'additionalmodelrequestfields',
]);

/** One name for all spellings that a lenient parser takes for the same member: camelCase or snake_case, in any letter case. */
const fold = (name: string): string => name.toUpperCase().toLowerCase().replaceAll('_', '');

/** May an option of this name be set? */
function isOption(name: string, remoteTools: boolean): boolean {
  if (name === '__proto__') return false;
  const folded = fold(name);
  return !PROTECTED.has(folded) && (remoteTools || folded !== DIALS_OUT);
}

/** How the owner of a format is called; its options are for its own API, and for others that serve it byte for byte. */
const OWNERS: Readonly<Partial<Record<WireFormat, string>>> = {
  'openai-chat': 'openai',
  'anthropic-messages': 'anthropic',
};

/** The groups of options that are for a target; of these the later one wins. */
export function optionGroups({ row, provider }: Pick<Target, 'row' | 'provider'>): readonly string[] {
  const owner = row.fidelity === 'exact' ? OWNERS[row.format] : undefined;
  return owner === undefined ? [row.format, provider] : [row.format, owner, provider];
}

/**
 * The options of a request's `providerOptions` by group (a wire format, then the very provider), of which the later one wins. Protected members are
 * left out and reported as `providerOptions.<group>.<name>`. Options of which none are for this target are lost, and reported by group; where some are, the others
 * are meant for other targets. Throws RequestError `invalid_request` for a member of the wrong type. `groups`: the format first. `remoteTools`: the request was authorised to make the provider dial out.
 */
export function optionsFor(
  providerOptions: unknown,
  groups: readonly string[],
  remoteTools: boolean,
  dropped: { add(name: string): unknown },
): Json[] {
  const byGroup = record(providerOptions);
  if (byGroup === undefined) return [];
  const given = new Map(Object.entries(byGroup));
  const own = [...new Set(groups)].flatMap((group) => {
    const options = record(given.get(group));
    if (options === undefined) return [];
    if (!SCHEMAS.has(group)) checkGroup(groups[0] ?? '', group, options);
    return [allowed(options, `providerOptions.${group}`, remoteTools, dropped)];
  });
  if (own.length === 0) for (const group of given.keys()) dropped.add(`providerOptions.${group}`);
  return own;
}

function allowed(options: Json, path: string, remoteTools: boolean, dropped: { add(name: string): unknown }): Json {
  const kept = Object.entries(options).flatMap(([name, value]): [string, unknown][] => {
    const at = `${path}.${name}`;
    if (isOption(name, remoteTools)) {
      const held = HOLDERS.has(fold(name)) ? record(value) : undefined;
      return [[name, held === undefined ? value : allowed(held, at, remoteTools, dropped)]];
    }
    dropped.add(at);
    return [];
  });
  return Object.fromEntries(kept);
}

/** Does any group of `providerOptions` name remote tool servers? */
export function optionsDialOut(providerOptions: unknown): boolean {
  const byGroup = record(providerOptions);
  if (byGroup === undefined) return false;
  return Object.values(byGroup).some(namesServers);
}

/** Where an option may name servers: among the options themselves, and in what holds further ones. */
function namesServers(options: unknown): boolean {
  return Object.entries(record(options) ?? {}).some(([name, value]) => {
    const folded = fold(name);
    return folded === DIALS_OUT || (HOLDERS.has(folded) && namesServers(value));
  });
}
