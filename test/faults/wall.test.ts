import { FAULTS } from '@postern/sim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStream, readWhole } from '../kit/answers.ts';
import { CHATS, post } from '../kit/chat.ts';
import { wireText } from '../kit/event-stream.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { FORMATS, OPERATORS_KEY, type Stage, stage } from '../kit/stage.ts';
import { STATES, type State, stateOf, TIMED } from './states.ts';

type Fault = keyof typeof STATES;
const faults = Object.keys(STATES) as Fault[];
const SECRET = 'sk-SECRETKEY-0123456789abcdefghijklmnop';
/** Words of a model: long enough that every fault comes before its end. */
const SCRIPT = 'sim-text-20';
const KB = 1024;

it('every fault of the simulated provider has a declared state', () => {
  expect([...faults, ...TIMED].sort()).toEqual(Object.keys(FAULTS).sort());
});

describe.each(HOST_NAMES)('the wall, on %s', (host) => {
  let at: Stage;
  const answers = new Map<string, string>();
  beforeAll(async () => {
    at = await stage(host, {
      sim: { sizes: { bigLine: 600 * KB, bomb: 4096 * KB, secret: SECRET } },
      config: { answer: { maxBytes: 256 * KB, maxEventBytes: 64 * KB } },
    });
  });
  afterAll(() => at.close());

  // On the first mount every client format meets every upstream format. The others change nothing of that: one meeting each.
  const clients = (upstream: ChatFormat): readonly ChatFormat[] => {
    if (host === HOST_NAMES[0]) return FORMATS;
    const shift = host === 'Fastify' ? 1 : 0;
    return FORMATS.filter((_, index) => index === (FORMATS.indexOf(upstream) + shift) % FORMATS.length);
  };

  describe.each(FORMATS)('in front of %s', (upstream) => {
    describe.each(clients(upstream))('for a client of %s', (client) => {
      describe.each([false, true])('stream: %s', (stream) => {
        it.each(faults)('%s', (fault) => play({ fault, upstream, client, stream }));
      });
    });
  });

  interface Scene {
    readonly fault: Fault;
    readonly upstream: ChatFormat;
    readonly client: ChatFormat;
    readonly stream: boolean;
  }

  async function play(scene: Scene): Promise<void> {
    const { fault, upstream, client, stream } = scene;
    const topic = { model: at.model(upstream, `${SCRIPT}+${fault}`), stream, tools: true };
    const [before, settled] = [at.sim.calls.length, at.ended.length];
    const response = await post(at.url, CHATS[client](topic));
    const body = await wireText(response);
    const calls = at.sim.calls.slice(before);
    const state = stateOf(fault, upstream, stream);
    for (const secret of [OPERATORS_KEY, SECRET, at.sim.url.slice(7)]) expect(body).not.toContain(secret);
    expect(calls.every((call) => call.path !== '/redirected' && call.refusal === undefined)).toBe(true);
    if (state === 'answer') await isAnswer(scene, response, body);
    else if ('refused' in state) isRefusal(scene, response, body, state);
    else isBroken(scene, response, body);
    expect(calls).toHaveLength(typeof state === 'object' && 'refused' in state ? state.calls : 1);
    expect(at.ended.slice(settled).map(({ outcome, error }) => [outcome, error?.code])).toEqual([outcomeOf(state)]);
  }

  async function isAnswer({ fault, upstream, client, stream }: Scene, response: Response, body: string): Promise<void> {
    expect(response.status).toBe(200);
    const told = stream ? readStream(client, body) : readWhole(client, body);
    expect([told.error, told.finished]).toEqual([undefined, true]);
    if (fault === 'paralleltools')
      expect(told.calls).toEqual(Array.from({ length: 3 }, () => ({ word: expect.any(String) })));
    else expect(told.text).toBe(await expected(upstream, fault === 'utf8'));
  }

  function isRefusal({ client }: Scene, response: Response, body: string, state: { status: number }): void {
    expect(response.status).toBe(state.status);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(response.headers.get('x-should-retry')).toBe('false');
    const { error } = readWhole(client, body);
    expect(error?.message).not.toBe('');
    expect(error?.status ?? state.status).toBe(state.status);
  }

  function isBroken({ client }: Scene, response: Response, body: string): void {
    expect(response.status).toBe(200);
    const told = readStream(client, body);
    expect(told.text).not.toBe('');
    expect([told.finished, told.afterError]).toEqual([false, false]);
    expect(told.error?.message).not.toBe('');
  }

  /** The text of the simulated model, as the provider itself gives it. */
  async function expected(upstream: ChatFormat, utf8: boolean): Promise<string> {
    const key = `${upstream} ${utf8}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const call = CHATS['openai-chat']({ model: `${SCRIPT}${utf8 ? '+utf8' : ''}` });
    const body = await (
      await post(at.sim.url, { ...call, headers: { ...call.headers, authorization: 'Bearer k' } })
    ).text();
    const { text } = readWhole('openai-chat', body);
    answers.set(key, text);
    return text;
  }
});

function outcomeOf(state: State): [string, string | undefined] {
  if (state === 'answer') return ['ok', undefined];
  return ['fault', 'refused' in state ? state.refused : state.broken];
}
