import { connect } from 'node:net';
import type { SimCall } from '@postern/sim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { eventually } from '../kit/eventually.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { reading } from '../kit/reading.ts';
import { FORMATS, type Stage, stage } from '../kit/stage.ts';

const ENDLESS = Number.POSITIVE_INFINITY;
const SIZES = { stall: ENDLESS, slow: ENDLESS, lateHeaders: ENDLESS };

/** When a client leaves: how the provider answers until then, and what must have happened first. How long it takes: test/soak/cancel.mjs. */
const PHASES = [
  { phase: 'before any header of a stream', fault: 'late-headers', stream: true, reached: () => true },
  { phase: 'between the headers of a stream and its first content', fault: 'slow', stream: true, reached: answering },
  { phase: 'in the middle of a stream', fault: 'stall', stream: true, reached: answering, reads: true },
  { phase: 'before any header of a whole answer', fault: 'late-headers', stream: false, reached: () => true },
  { phase: 'in the middle of a whole answer', fault: 'stall', stream: false, reached: answering },
];

function answering(call: SimCall): boolean {
  return call.headersAt !== undefined;
}

describe.each(HOST_NAMES)('a client that leaves, on %s', (host) => {
  let at: Stage;
  beforeEach(async () => {
    at = await stage(host, { sim: { sizes: SIZES } });
  });
  afterEach(() => at.close());

  const ended = () => at.ended.map(({ outcome }) => outcome);

  describe.each(PHASES)('$phase', ({ fault, stream, reached, reads = false }) => {
    it.each(MEETINGS)('cancels the call to $upstream (client of $client)', async ({ upstream, client }) => {
      const leave = new AbortController();
      const call = CHATS[client]({ model: at.model(upstream, `sim+${fault}`), stream });
      const answer = post(at.url, call, { signal: leave.signal }).then(reading, () => undefined);
      const seen = await at.sim.arrived(1);
      await eventually(() => reached(seen));
      if (reads) expect(await (await answer)?.until((text) => text !== '')).not.toBe('');
      leave.abort();
      expect(await seen.ended).toBe('cancelled');
      await eventually(() => at.host.gateway.stats().open === 0);
      expect(ended()).toEqual(['cancelled']);
      expect(at.sim.calls).toHaveLength(1);
    });
  });

  it('during its upload causes no call', async () => {
    const { hostname, port } = new URL(at.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /ai/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"model":',
    );
    await eventually(() => at.host.gateway.stats().open === 1);
    socket.destroy();
    await eventually(() => at.host.gateway.stats().open === 0);
    expect([ended(), at.sim.calls.length]).toEqual([['cancelled'], 0]);
  });

  it('and many others that do not: only its own call is cancelled', async () => {
    const leave = new AbortController();
    const stays = Array.from({ length: 5 }, () =>
      post(at.url, CHATS['openai-chat']({ model: 'oa/sim-text-200', stream: true })).then((response) =>
        response.text(),
      ),
    );
    const left = post(at.url, CHATS['openai-chat']({ model: 'oa/sim+stall', stream: true }), { signal: leave.signal });
    await left;
    leave.abort();
    for (const body of await Promise.all(stays)) expect(body.trimEnd().endsWith('data: [DONE]')).toBe(true);
    await Promise.all(at.sim.calls.map((call) => call.ended));
    expect(at.sim.calls.map((call) => call.end).sort()).toEqual(['cancelled', ...Array(5).fill('finished')]);
  });
});

it('case 22: whenever clients leave, each request is settled exactly once, and nothing stays open', async () => {
  const at = await stage('Express', { sim: { sizes: { stall: ENDLESS } } });
  const fates = Array.from({ length: 120 }, async (_, index) => {
    const leave = new AbortController();
    const upstream = FORMATS[index % FORMATS.length] ?? 'gemini';
    const script = index % 4 === 0 ? 'sim-text-50' : 'sim+stall';
    const call = CHATS[upstream]({ model: at.model(upstream, script), stream: true });
    const answer = post(at.url, call, { signal: leave.signal }).then(reading, () => undefined);
    if (index % 4 === 1) leave.abort();
    if (index % 4 === 2) await at.sim.arrived(1).then(() => leave.abort());
    if (index % 4 === 3) await (await answer)?.until((text) => text !== '').then(() => leave.abort());
    await (await answer)?.rest();
  });
  await Promise.all(fates);
  await eventually(() => at.host.gateway.stats().open === 0 && at.sim.openCalls() === 0);
  expect(at.ended).toHaveLength(at.host.gateway.stats().requests);
  expect(new Set(at.ended.map(({ id }) => id)).size).toBe(at.ended.length);
  expect(at.ended.filter(({ outcome }) => outcome === 'ok')).toHaveLength(30);
  expect(at.ended.filter(({ outcome }) => outcome === 'fault')).toEqual([]);
  await at.close();
});

/** Each upstream format met by pass-through, and once by translation. */
const MEETINGS: readonly { upstream: ChatFormat; client: ChatFormat }[] = FORMATS.flatMap((upstream, index) => [
  { upstream, client: upstream },
  { upstream, client: FORMATS[(index + 1) % FORMATS.length] ?? upstream },
]);

it('a client that leaves while the gateway waits for the next attempt ends the waiting', async () => {
  let waiting = false;
  const clock = {
    now: () => Date.now(),
    timer: () => () => {},
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((_, reject) => {
        waiting = true;
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const at = await stage('Express', { config: { platform: { clock } } });
  const leave = new AbortController();
  const left = post(at.url, CHATS['openai-chat']({ model: 'oa/sim+e500' }), { signal: leave.signal }).catch(
    () => 'left',
  );
  await eventually(() => waiting);
  leave.abort();
  expect(await left).toBe('left');
  await eventually(() => at.host.gateway.stats().open === 0);
  expect(at.ended.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  expect(at.sim.calls).toHaveLength(1);
  await at.close();
});
