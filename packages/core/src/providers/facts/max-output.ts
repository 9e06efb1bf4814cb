/**
 * Facts about single models that a target requires. Read on 2026-11-21 from
 * https://platform.claude.com/docs/en/models/overview and the pages of the single models: "max output", in tokens.
 */
const MAX_OUTPUT_TOKENS: Readonly<Record<string, number>> = {
  'claude-fable-5': 128_000,
  'claude-fable-5-1': 128_000,
  'claude-fable-5-2': 128_000,
  'claude-mythos-5': 128_000,
  'claude-mythos-5-1': 128_000,
  'claude-mythos-preview': 128_000,
  'claude-opus-5-5': 128_000,
  'claude-opus-5': 128_000,
  'claude-opus-4-8': 128_000,
  'claude-opus-4-7': 128_000,
  'claude-opus-4-6': 128_000,
  'claude-opus-4-5': 64_000,
  'claude-opus-4-1': 32_000,
  'claude-opus-4': 32_000,
  'claude-sonnet-5-5': 128_000,
  'claude-sonnet-5': 128_000,
  'claude-sonnet-4-6': 128_000,
  'claude-sonnet-4-5': 64_000,
  'claude-sonnet-4': 64_000,
  'claude-haiku-5-5': 128_000,
  'claude-haiku-4-5': 64_000,
  'claude-3-7-sonnet': 64_000,
  'claude-3-5-sonnet': 8192,
  'claude-3-5-haiku': 8192,
  'claude-3-opus': 4096,
  'claude-3-sonnet': 4096,
  'claude-3-haiku': 4096,
};

/** What may follow a family's name: the date of a snapshot, or an alias. */
const SNAPSHOT = /[-@](?:\d{8}|latest|0)$/;

/**
 * The documented maximum of answer tokens: of exactly this name, else of the family that it is a snapshot of
 * (`claude-haiku-4-5-20251001` → `claude-haiku-4-5`). Undefined when nothing is documented; never a guess.
 */
export function maxOutputTokensOf(model: string): number | undefined {
  if (Object.hasOwn(MAX_OUTPUT_TOKENS, model)) return MAX_OUTPUT_TOKENS[model];
  const family = model.replace(SNAPSHOT, '');
  return family !== model && Object.hasOwn(MAX_OUTPUT_TOKENS, family) ? MAX_OUTPUT_TOKENS[family] : undefined;
}
