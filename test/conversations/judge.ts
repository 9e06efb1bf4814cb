import type { SimCall, SimUsage } from '@postern/sim';
import { expect } from 'vitest';
import type { AnswerView, CallView, ChoiceView, UsageView } from './neutral.ts';
import type { Pair } from './pairs.ts';
import type { Played } from './play.ts';
import { READERS } from './read/index.ts';
import { isObject } from './read/json.ts';
import type { Told } from './row.ts';

/** Case 71: all that may go to a provider besides the body. */
const HEADERS = new Set([
  'accept',
  'accept-encoding',
  'anthropic-beta',
  'anthropic-version',
  'authorization',
  'content-length',
  'content-type',
  'user-agent',
  'x-api-key',
  'x-goog-api-key',
]);

/** The provider was called as its vendor wants it: nothing it would refuse, nothing of ours or of the client's own in it. */
export function judgeCall(call: SimCall | undefined): asserts call is SimCall {
  if (call === undefined) throw new Error('the provider was not called');
  expect(call.refusal, JSON.stringify(call.body)).toBeUndefined();
  for (const [name, value] of Object.entries(call.headers)) {
    expect(HEADERS, name).toContain(name);
    expect(value).not.toContain('a-key-of-the-client');
  }
  const bytes = Buffer.from(call.bodyBytes).toString();
  expect(bytes).not.toMatch(/postern|providerOptions|"native"|"extensions"/);
}

const TYPES = {
  true: /^text\/event-stream|^application\/x-ndjson|^application\/vnd\.amazon\.eventstream$/,
  false: /^application\/json/,
} as const;

/** A good answer, of the right type. */
export function judgeHead(played: Pick<Played, 'status' | 'headers' | 'text'>, stream: boolean): void {
  expect(played.status, played.text).toBe(200);
  expect(played.headers.get('content-type')).toMatch(TYPES[`${stream}`]);
  expect(played.headers.get('x-postern-request-id')).toMatch(/^req_/);
}

/** The client is told what the row says, in its own words, and what the provider `said`, whatever the format. */
export function judgeAnswer(answer: AnswerView, said: AnswerView | undefined, told: Told, pair: Pair): void {
  expect(answer.choices).toHaveLength(told.choices ?? 1);
  for (const [index, choice] of answer.choices.entries()) {
    judgeTold(choice, told);
    const original = said?.choices[index];
    if (original !== undefined) judgeSaid(choice, original, told);
    expect(choice.stop).toBe(stopWord(choice, original, told, pair));
    if (
      told.stopSequence !== undefined &&
      pair.client === 'anthropic-messages' &&
      pair.provider === 'anthropic-messages'
    ) {
      expect(choice.stopSequence).toBe(told.stopSequence);
    }
  }
  if (said !== undefined) expect(said.choices.length).toBeGreaterThanOrEqual(answer.choices.length);
  if (told.tier !== undefined) expect(answer.tier).toBe(READERS[pair.client].tiers[told.tier]);
}

function judgeTold(choice: ChoiceView, told: Told): void {
  expect(new Set(choice.calls.map(({ id }) => id)).size, 'ids of calls are unique').toBe(choice.calls.length);
  if (told.text !== undefined) expect(choice.text).toBe(told.text);
  if (told.images !== undefined) expect(choice.images).toEqual(told.images);
  if (told.citations !== undefined) expect(choice.citations).toEqual(told.citations);
  if (told.calls !== undefined)
    expect(choice.calls.map(({ name }) => name)).toEqual(told.calls.map(({ name }) => name));
  for (const [index, call] of (told.calls ?? []).entries()) {
    if (call.input !== undefined) expect(choice.calls[index]?.input).toEqual(call.input);
  }
}

function judgeSaid(choice: ChoiceView, original: ChoiceView, told: Told): void {
  // A refusal has a field of its own in one format only.
  expect(choice.text + choice.refusal).toBe(original.text + original.refusal);
  expect(choice.thought).toBe(original.thought);
  expect(choice.images).toEqual(told.images ?? original.images);
  expect(choice.citations).toEqual(told.citations ?? original.citations);
  expect(choice.calls.map(({ input }) => asText(input))).toEqual(original.calls.map(({ input }) => asText(input)));
}

/** Arguments that were cut are text, in whatever wrapping: no object of the tool's own has these members. */
function asText(input: unknown): unknown {
  if (!isObject(input)) return input;
  const [[name, value] = [], ...more] = Object.entries(input);
  return more.length === 0 && typeof value === 'string' && ['_raw', 'cut', 'input'].includes(String(name))
    ? value
    : input;
}

/** The end in the client's own word, as far as the provider tells ends apart. Within one format it is the provider's word. */
function stopWord(
  choice: ChoiceView,
  original: ChoiceView | undefined,
  told: Told,
  { client, provider }: Pair,
): string {
  if (client === provider && original !== undefined) return original.stop;
  const stop = READERS[provider].tells(told.stop ?? 'stop');
  // A refusal without words of its own must not look like an empty answer.
  const wordless = client.startsWith('openai') && stop === 'refusal' && choice.refusal === '';
  return READERS[client].stops[wordless ? 'filtered' : stop];
}

/** What the client is billed by is what the provider consumed. */
export function judgeUsage(
  usage: UsageView | undefined,
  call: SimCall,
  { client, provider }: Pair,
  told: NonNullable<Told['usage']>,
): void {
  const truth = told === 'true' ? call.usage : ZERO;
  if (truth === undefined) throw new Error('the provider consumed nothing');
  // Two formats can't leave its usage out.
  if (told === 'none' && client !== 'anthropic-messages' && client !== 'bedrock-converse') {
    expect(usage).toBeUndefined();
    return;
  }
  if (usage === undefined) throw new Error('there is no usage');
  expect(usage.input).toBe(truth.input + truth.cachedInput + truth.cacheWrite);
  expect(usage.output).toBe(truth.output);
  const classes = { cacheRead: truth.cachedInput, cacheWrite: truth.cacheWrite, thinking: truth.reasoning };
  const toldOf = READERS[provider].usageClasses;
  for (const name of READERS[client].usageClasses)
    expect(usage[name] ?? 0, name).toBe(toldOf.includes(name) ? classes[name] : 0);
}

const ZERO: SimUsage = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** An answer without what differs from call to call. Calls that the limit cut are no calls: vendors show or hide them as it comes. */
export function comparable({ choices, usage, tier }: AnswerView, { stop }: Told): unknown {
  const alike = ({ name, input }: CallView) => ({ name, input });
  return {
    choices: choices.map(({ calls, ...choice }) => ({
      ...choice,
      calls: stop === 'length' ? 'cut' : calls.map(alike),
    })),
    usage,
    // What is settled only at the end goes with the usage on streams.
    tier: usage === undefined ? undefined : tier,
  };
}
