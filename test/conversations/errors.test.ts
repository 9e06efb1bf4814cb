import type { FaultName } from '@postern/sim';
import { describe, expect, it } from 'vitest';
import type { ChatFormat } from '../kit/formats.ts';
import type { ErrorView } from './neutral.ts';
import { PAIRS, type Pair } from './pairs.ts';
import { type Played, play } from './play.ts';
import { READERS } from './read/index.ts';

/** The types of errors that each format documents. */
const TYPES: Readonly<Record<ChatFormat, readonly string[]>> = {
  // OpenAI's own and, where the provider has a finer one of this shape, that one.
  'openai-chat': ['invalid_request_error', 'rate_limit_error', 'server_error', 'api_error', 'overloaded_error'],
  // https://docs.anthropic.com/en/api/errors
  'anthropic-messages': ['invalid_request_error', 'rate_limit_error', 'api_error', 'overloaded_error', 'timeout_error'],
  // https://cloud.google.com/apis/design/errors#handling_errors
  // https://docs.cohere.com/reference/errors: a message, and no types.
  cohere: ['message'],
  gemini: ['INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'],
  // There is no word besides the status: https://docs.ollama.com/api/errors
  ollama: ['error'],
  // The type stands in a header: see bedrock-converse/server.test.ts.
  'bedrock-converse': ['exception'],
  'openai-responses': ['invalid_request_error', 'rate_limit_error', 'server_error', 'api_error', 'overloaded_error'],
};

/** Refusals and failures before any content, and the statuses that a client may see. */
const BEFORE: readonly { readonly fault: FaultName; readonly statuses: readonly number[] }[] = [
  { fault: 'e400', statuses: [400] },
  { fault: 'e400-context', statuses: [400] },
  { fault: 'e400-filter', statuses: [400] },
  { fault: 'e401', statuses: [502] },
  { fault: 'e403', statuses: [502] },
  { fault: 'r429', statuses: [429] },
  { fault: 'quota', statuses: [429] },
  { fault: 'secret500', statuses: [500] },
  { fault: 'e503', statuses: [503] },
  { fault: 'e529', statuses: [503, 529] },
  { fault: 'html', statuses: [502] },
  { fault: 'empty', statuses: [502] },
  // As the error in the body says, if it does.
  { fault: '200-error', statuses: [500, 502] },
];
/** Failures after some content: a stream has begun. */
const AFTER: readonly FaultName[] = ['cut', 'cleancut', 'midfault'];

const SECRET = /sk-SECRETKEY|key-of-/;

const BODIES: Readonly<Record<ChatFormat, object>> = {
  'openai-chat': { messages: [{ role: 'user', content: 'Hello.' }] },
  'anthropic-messages': { max_tokens: 100, messages: [{ role: 'user', content: 'Hello.' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] },
  cohere: { messages: [{ role: 'user', content: 'Hello.' }] },
  ollama: { messages: [{ role: 'user', content: 'Hello.' }] },
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] },
  'openai-responses': { input: 'Hello.' },
};

const failing = (pair: Pair, fault: FaultName, stream: boolean): Promise<Played> =>
  play({ ...pair, stream, body: BODIES[pair.client], script: `text-20+${fault}` });

const isOpenAi = (format: ChatFormat): boolean => format.startsWith('openai');

function judge(error: ErrorView, pair: Pair, fault: FaultName): void {
  expect(error.message).not.toMatch(SECRET);
  // Within OpenAI's formats the vendor's own finer words pass.
  if (pair.client !== pair.provider && !(isOpenAi(pair.client) && isOpenAi(pair.provider)))
    expect(TYPES[pair.client], fault).toContain(error.type);
}

describe.each(PAIRS)('an error of $provider in the words of $client', (pair) => {
  it.each(BEFORE)('before any content: $fault', async ({ fault, statuses }) => {
    for (const stream of [false, true]) {
      const played = await failing(pair, fault, stream);
      expect(statuses, fault).toContain(played.status);
      expect(played.headers.get('content-type')).toMatch(/^application\/json/);
      judge(READERS[pair.client].error(JSON.parse(played.text)), pair, fault);
      // One vendor tells the wait in its body.
      expect(played.headers.get('retry-after')).toBe(fault === 'r429' ? '7' : null);
    }
  });

  it.each(AFTER)('in the middle of a stream: %s', async (fault) => {
    const played = await failing(pair, fault, true);
    expect(played.status).toBe(200);
    judge(READERS[pair.client].brokenStream(played.text), pair, fault);
  });
});

describe('a number that the vendor does not take is refused by the vendor, and clamped by nobody', () => {
  it.each(['openai-chat', 'gemini'] as const)('temperature of a %s client', async (client) => {
    const body =
      client === 'gemini'
        ? { ...BODIES.gemini, generationConfig: { temperature: 1.7 } }
        : { ...BODIES[client], temperature: 1.7 };
    const played = await play({ client, provider: 'anthropic-messages', body, stream: false });
    expect(played.status).toBe(400);
    expect(played.call?.body).toMatchObject({ temperature: 1.7 });
    expect(READERS[client].error(JSON.parse(played.text)).message).toMatch(/less than or equal to 1/);
  });
});
