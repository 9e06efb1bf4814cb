/**
 * The words that a model name is made of, e.g. `sim-text-20`, `sim-reasoning-8-tools+cut`, `sim@berlin-echo`:
 * `sim`, an optional `@label` that means nothing, then words joined by `-` or `+`; a number after a word is its value.
 * The names of faults are words too. Under an unknown word the model does not exist (404), so that a typing error can't pass for health.
 * The same words may stand in a prompt: a line `/sim tools+cut` in the last user text adds to the model’s.
 */
export const SCRIPT_WORDS = {
  text: 'N tokens of text by seed and prompt (default 20)',
  echo: 'the last user text (or tool result) again',
  tools:
    'calls the first tool with arguments that fit its schema, in N rounds (default 1), then answers in text; with text-N the text comes before the call',
  noargs: 'a tool call without arguments',
  reasoning: 'N tokens (default 10) of shown reasoning, with signatures where the format has them, before the answer',
  redacted: 'reasoning that can’t be read: redacted_thinking (Anthropic), encrypted reasoning_details (OpenAI chat)',
  details: 'OpenAI chat: reasoning in reasoning_details with signatures, as OpenRouter has it',
  signed: 'OpenAI chat: tool calls with extra_content.google.thought_signature, as Gemini’s compatible endpoint has it',
  ids: 'Gemini: function calls have ids',
  json: 'a JSON text that fits the schema asked for (without one: an object); also whenever the request asks for JSON',
  refusal: 'the model refuses',
  filtered: 'a filter stops the answer half-way',
  length: 'stops at the token limit (without one: half-way)',
  citations: 'the text cites a source',
  prefill: 'goes on with a last message of the assistant, which other models answer anew',
  repeats: 'with prefill: the answer begins with what was given, again',
  noprefill: '400 where the last message is the assistant’s',
  image: 'an image in the answer (Gemini only; elsewhere text)',
  usage: 'tokens in every class that the format knows: cached, written to the cache, reasoning',
  nousage: 'no usage anywhere',
  zerousage: 'usage given as zero',
  priority: 'the answer says that it ran at the priority tier',
  first: 'N ms before the first token',
  gap: 'N ms between events',
  per: 'N tokens per event',
  split: 'writes of N bytes',
} as const;

/** A word of the table that is no fault. */
export type ScriptWord = keyof typeof SCRIPT_WORDS;

/** Is this one of the words? */
export function isScriptWord(name: string): name is ScriptWord {
  return Object.hasOwn(SCRIPT_WORDS, name);
}
