import { describe, expect, it } from 'vitest';
import type { ChatFormat } from '../kit/formats.ts';
import type { Habit } from './clients/client.ts';
import type { GatewaySettings } from './gateway.ts';
import { READERS } from './read/index.ts';
import { type Speaker, type Turn, talk } from './talk.ts';

/** Providers that think over tools, each in a way of its own, and demand back what they sealed. */
const THINKERS: readonly (Speaker & { readonly name: string })[] = [
  { name: 'signed thinking', alias: 'anthropic-messages', format: 'anthropic-messages', script: 'reasoning-8+tools-2' },
  { name: 'redacted thinking', alias: 'anthropic-messages', format: 'anthropic-messages', script: 'redacted+tools-2' },
  {
    name: 'signed thinking, text, calls',
    alias: 'anthropic-messages',
    format: 'anthropic-messages',
    script: 'reasoning-8+text-4+tools-2',
  },
  {
    name: 'signed thinking, three calls at once',
    alias: 'anthropic-messages',
    format: 'anthropic-messages',
    script: 'reasoning-8+paralleltools+tools-2',
  },
  {
    name: 'signed reasoning of Converse',
    alias: 'bedrock-converse',
    format: 'bedrock-converse',
    script: 'reasoning-8+text-4+tools-2',
  },
  {
    name: 'sealed reasoning of Converse',
    alias: 'bedrock-converse',
    format: 'bedrock-converse',
    script: 'redacted+tools-2',
  },
  { name: 'encrypted reasoning', alias: 'openai-responses', format: 'openai-responses', script: 'reasoning-8+tools-2' },
  { name: 'signed calls', alias: 'gemini', format: 'gemini', script: 'reasoning-8+tools-2' },
  { name: 'signed calls with ids', alias: 'gemini', format: 'gemini', script: 'reasoning-8+tools-2+ids' },
  { name: 'signed calls after text', alias: 'gemini', format: 'gemini', script: 'reasoning-8+text-4+tools-2' },
  {
    name: 'a signature on the first of three calls',
    alias: 'gemini',
    format: 'gemini',
    script: 'reasoning-8+paralleltools+tools-2',
  },
  { name: 'signed details', alias: 'openrouter', format: 'openai-chat', script: 'reasoning-8+details+tools-2' },
  { name: 'encrypted details', alias: 'openrouter', format: 'openai-chat', script: 'redacted+tools-2' },
  { name: 'plain words', alias: 'deepseek', format: 'openai-chat', script: 'reasoning-8+tools-2', words: true },
  { name: 'calls signed in another format', alias: 'compatible', format: 'openai-chat', script: 'signed+tools-2' },
];

const MORE: GatewaySettings['more'] = {
  openrouter: { model: 'anthropic/claude-sonnet-4.5' },
  deepseek: { model: 'deepseek-chat' },
  compatible: {
    model: 'gemini-3-flash-preview',
    format: 'openai-chat',
    baseUrl: 'https://compatible.test/v1',
    auth: 'bearer',
  },
};

const FORMATS: readonly ChatFormat[] = [
  'openai-chat',
  'anthropic-messages',
  'gemini',
  'openai-responses',
  'bedrock-converse',
  'cohere',
  'ollama',
];
const RUNS = THINKERS.flatMap((thinker) =>
  FORMATS.flatMap((client) =>
    (['echoing', 'minimal'] as const).flatMap((habit) =>
      [false, true].map((stream) => ({ thinker, client, habit, stream })),
    ),
  ),
);
type Run = (typeof RUNS)[number];

const titleOf = ({ thinker, client, habit, stream }: Run): string =>
  `${thinker.name} of ${thinker.alias}, ${habit} ${client} client, ${stream ? 'streamed' : 'whole'}`;

/** Compatible APIs have fields of their own; the others are judged by every field. */
const moreFor = ({ alias }: Speaker): GatewaySettings['more'] => (alias in (MORE ?? {}) ? MORE : {});

/** Think and call, think and call, think and answer; then a further question. */
async function conversation({ thinker, client, habit, stream }: Run): Promise<Turn[]> {
  const { turn, client: speaker } = talk({ format: client, habit, stream, more: moreFor(thinker) });
  speaker.say('What is it like in Bern?');
  const turns = [await turn(thinker), await turn(thinker), await turn(thinker)];
  speaker.say('And in Rome?');
  return [
    ...turns,
    await turn({ ...thinker, script: thinker.script.replace('+tools-2', '').replace('+paralleltools', '') }),
  ];
}

function judgeTurn({ call, answer, said }: Turn, client: ChatFormat, index: number): void {
  expect(call.refusal, `turn ${index}: ${JSON.stringify(call.body)}`).toBeUndefined();
  expect(answer.choices[0]?.calls).toHaveLength(said.choices[0]?.calls.length ?? -1);
  expect(answer.choices[0]?.thought).toBe(said.choices[0]?.thought);
  expect(answer.choices[0]?.text).toBe(said.choices[0]?.text);
  if (said.choices[0]?.calls.length) expect(answer.choices[0]?.stop).toBe(READERS[client].stops.tools);
}

/** Which answers a client of this habit can give back: without its carriers, thinking is found again by the calls that it led to. */
const returns = (habit: Habit, turns: readonly Turn[]): readonly Turn[] =>
  habit === 'echoing' ? turns : turns.filter(({ said }) => (said.choices[0]?.calls.length ?? 0) > 0);

describe('three turns of thinking and tools: what was sealed comes back byte for byte (cases 62 and 63)', () => {
  for (const run of RUNS.filter(({ client, thinker, habit }) => habit === 'echoing' || client !== thinker.format)) {
    it(titleOf(run), async () => {
      const turns = await conversation(run);
      for (const [index, turn] of turns.entries()) {
        judgeTurn(turn, run.client, index);
        expect(turn.returned).toEqual(returns(run.habit, turns.slice(0, index)).flatMap(({ sealed }) => sealed));
        expect(turn.dropped).toEqual([]);
      }
      expect(turns[0]?.sealed).not.toEqual([]);
      expect(turns.slice(0, 2).every(({ said }) => (said.choices[0]?.calls.length ?? 0) > 0)).toBe(true);
    });
  }
});

/** Vendors that refuse a call without what they sealed. The third takes it without a word. */
const REFUSES: Readonly<Record<string, RegExp | undefined>> = {
  'anthropic-messages': /Expected `thinking` or `redacted_thinking`/,
  gemini: /missing a thought_signature/,
  'bedrock-converse': /Expected `thinking` or `redacted_thinking`/,
  compatible: /missing a thought_signature/,
};

describe("within one format the client's bytes pass: what it leaves out, its vendor misses", () => {
  for (const run of RUNS.filter(({ client, thinker, habit }) => habit === 'minimal' && client === thinker.format)) {
    it(titleOf(run), async () => {
      const { thinker, client, habit, stream } = run;
      const { ask, turn, calls, client: speaker } = talk({ format: client, habit, stream, more: moreFor(thinker) });
      speaker.say('What is it like in Bern?');
      await turn(thinker);
      const { status, text } = await ask(thinker);
      const refusal = REFUSES[thinker.alias];
      expect(status).toBe(refusal === undefined ? 200 : 400);
      if (refusal !== undefined) {
        expect(READERS[client].error(calls.at(-1)?.refusal).message).toMatch(refusal);
        expect(READERS[client].error(JSON.parse(text)).message).toMatch(refusal);
      }
    });
  }
});
