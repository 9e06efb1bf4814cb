import { RequestError } from '../kit/errors.ts';

/** Names that decisions rest on, prepared for look-up. */
export interface DecisiveKeys {
  readonly exact: ReadonlySet<string>;
  /** By folded spelling. */
  readonly folded: ReadonlyMap<string, string>;
}

/** Prepares a list of names for {@link spelledAs} and the scanner. */
export function decisiveKeys(names: readonly string[]): DecisiveKeys {
  return { exact: new Set(names), folded: new Map(names.map((name) => [fold(name), name])) };
}

/**
 * The decisive name that a lenient parser would take `key` for although it is spelled otherwise. Some parsers match names without regard to letter
 * case, by Unicode's simple folding, under which U+017F and U+212A are an s and a k.
 * Source: https://pkg.go.dev/encoding/json#Unmarshal ("preferring an exact match but also accepting a case-insensitive match")
 */
export function spelledAs(key: string, decisive: DecisiveKeys): string | undefined {
  if (PLAIN.test(key)) return undefined;
  return decisive.folded.get(fold(key));
}

/** The refusal of a decisive name that is spelled otherwise. */
export const misspelt = (key: string): RequestError =>
  new RequestError('duplicate_key', `"${key}" must be spelled plainly, without escapes and in its own letter case.`, {
    param: key,
  });

const PLAIN = /^[a-z0-9_]*$/;
const fold = (name: string): string => name.toUpperCase().toLowerCase();

/**
 * Top-level names of any wire format that routing, limits, features or translation rest on. If one of them stood twice, or in a spelling that only the
 * provider's parser takes for it, one model would be authorised and another one billed.
 */
export const DECISIVE_KEYS = decisiveKeys([
  'model',
  'stream',
  'stream_options',
  'n',
  'best_of',
  'messages',
  'input',
  'prompt',
  'contents',
  'system',
  'systemInstruction',
  'system_instruction',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'generationConfig',
  'generation_config',
  'generateContentRequest',
  'generate_content_request',
  'tools',
  'tool_choice',
  'max_tool_calls',
  'toolConfig',
  'tool_config',
  'functions',
  'mcp_servers',
  'web_search_options',
  'reasoning',
  'reasoning_effort',
  'thinking',
  'service_tier',
  'modalities',
  'providerOptions',
  'inferenceConfig',
  'options',
  'outputConfig',
  'additionalModelRequestFields',
  'promptVariables',
  'dry_run',
  'fallbacks',
  'disable_fallbacks',
]);
