import { describe, expect, it } from 'vitest';
import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';
import type { Habit } from './clients/client.ts';
import type { GatewaySettings } from './gateway.ts';
import { type Speaker, type Turn, talk } from './talk.ts';

/** One model per format, and one behind a compatible API; each calls a tool three times before it answers. */
const CLAUDE: Speaker = { alias: 'anthropic-messages', format: 'anthropic-messages', script: 'reasoning-8+tools-3' };
const GEMINI: Speaker = { alias: 'gemini', format: 'gemini', script: 'reasoning-8+tools-3' };
const GPT: Speaker = { alias: 'openai-chat', format: 'openai-chat', script: 'tools-3' };
const ROUTER: Speaker = { alias: 'openrouter', format: 'openai-chat', script: 'reasoning-8+details+tools-3' };
/** Signs its calls as another format does. */
const SIGNING: Speaker = { alias: 'compatible', format: 'openai-chat', script: 'signed+tools-3' };
const MORE: NonNullable<GatewaySettings['more']> = {
  openrouter: { model: 'anthropic/claude-sonnet-4.5' },
  compatible: { model: 'some-model', format: 'openai-chat', baseUrl: 'https://compatible.test/v1', auth: 'bearer' },
};

type Trio = readonly [Speaker, Speaker, Speaker];
const rotations = ([one, two, three]: Trio): readonly Trio[] => [
  [one, two, three],
  [two, three, one],
  [three, one, two],
];
const permutations = ([one, two, three]: Trio): readonly Trio[] => [
  ...rotations([one, two, three]),
  ...rotations([three, two, one]),
];

/** The first one is asked again at the end. */
const ORDERS: readonly (readonly Speaker[])[] = [
  ...[...permutations([CLAUDE, GEMINI, GPT]), ...rotations([CLAUDE, GEMINI, ROUTER])].map((trio) => [...trio, trio[0]]),
  // Not asked again: it wants every call signed, and nothing says so of a compatible API.
  [SIGNING, GEMINI, CLAUDE],
  [SIGNING, CLAUDE, GEMINI],
];

interface Run {
  readonly speakers: readonly Speaker[];
  readonly client: ChatFormat;
  readonly habit: Habit;
  readonly stream: boolean;
}

/** A client of its own format has such a signature as that of the other format, and nothing tells it apart. */
const isTold = (speakers: readonly Speaker[], client: ChatFormat): boolean =>
  !(speakers.includes(SIGNING) && client === SIGNING.format);

const RUNS: readonly Run[] = ORDERS.flatMap((speakers) =>
  CHAT_FORMATS.filter((client) => isTold(speakers, client)).flatMap((client) =>
    (['echoing', 'minimal'] as const).flatMap((habit) =>
      [false, true].map((stream) => ({ speakers, client, habit, stream })),
    ),
  ),
);

const titleOf = ({ speakers, client, habit, stream }: Run): string =>
  `${speakers.map(({ alias }) => alias).join(', ')}; ${habit} ${client} client, ${stream ? 'streamed' : 'whole'}`;

/**
 * Is what this speaker sealed surely at hand? An echoing client has it all; for a minimal one the gateway keeps what it translated, and
 * what passed within one format is gone.
 */
const isKept = ({ client, habit }: Run, speaker: Speaker): boolean => habit === 'echoing' || speaker.format !== client;

async function conversation({ speakers, client, habit, stream }: Run): Promise<Turn[]> {
  const more = speakers.some(({ alias }) => alias in MORE) ? MORE : {};
  const { turn, client: speaker } = talk({ format: client, habit, stream, more });
  speaker.say('What is it like in Bern?');
  const turns: Turn[] = [];
  for (const target of speakers) turns.push(await turn(target));
  return turns;
}

/** Every seal goes back to who made it, and to nobody else; what had to stay behind is told. */
function judgeSeals(run: Run, turn: Turn, target: Speaker, before: readonly Turn[]): void {
  const earlier = before.map(({ sealed }, at) => ({ sealed, speaker: run.speakers[at] ?? target }));
  const own = earlier.filter(({ speaker }) => speaker === target);
  const returned = turn.returned.filter((seal) => !seal.startsWith('skip_thought_signature'));
  expect(own.flatMap(({ sealed }) => sealed)).toEqual(expect.arrayContaining(returned));
  expect(returned).toEqual(
    expect.arrayContaining(own.filter(({ speaker }) => isKept(run, speaker)).flatMap(({ sealed }) => sealed)),
  );
  for (const name of turn.dropped) expect(name).toMatch(/^reasoning/);
  const foreign = earlier.filter(
    ({ speaker, sealed }) => speaker !== target && sealed.length > 0 && isKept(run, speaker),
  );
  // A minimal client's bytes hold nothing foreign: within one format they pass.
  if (foreign.length > 0 && (run.habit === 'echoing' || run.client !== target.format))
    expect(turn.dropped).not.toEqual([]);
  if (earlier.every(({ speaker }) => speaker === target)) expect(turn.dropped).toEqual([]);
}

/** What a turn's request had to hold, and what had to be told of it. */
function judgeTurn(run: Run, turns: readonly Turn[], index: number): void {
  const turn = turns[index];
  const target = run.speakers[index];
  if (turn === undefined || target === undefined) throw new Error(`there is no turn ${index}`);
  expect(turn.call.refusal, JSON.stringify(turn.call.body)).toBeUndefined();
  expect(turn.answer.choices[0]?.text).toBe(turn.said.choices[0]?.text);
  expect(turn.answer.choices[0]?.thought).toBe(turn.said.choices[0]?.thought);
  judgeSeals(run, turn, target, turns.slice(0, index));
  if (target === GPT)
    expect(JSON.stringify(turn.call.body)).not.toMatch(/reasoning_content|reasoning_details|extra_content/);
  if (target === GEMINI && index > 0)
    expect(turn.inserted).toContain('thoughtSignature=skip_thought_signature_validator');
}

describe('a conversation that changes its model within one turn: foreign parts stay behind and are reported, nothing is refused', () => {
  for (const run of RUNS) {
    it(titleOf(run), async () => {
      const turns = await conversation(run);
      for (const index of turns.keys()) judgeTurn(run, turns, index);
    });
  }
});
