import { afterEach, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../index.ts';
import { CHATS, FORMATS, send } from '../testing/client.ts';

const sims: ServedSim[] = [];
async function start(options: Parameters<typeof serveSim>[0] = {}): Promise<ServedSim> {
  const sim = await serveSim(options);
  sims.push(sim);
  return sim;
}
afterEach(async () => {
  await Promise.all(sims.splice(0).map((sim) => sim.close()));
});

describe('the log is what happened', () => {
  it('of a finished call: its tokens, its usage, its end', async () => {
    const sim = await start();
    const answer = await send(sim.url, CHATS['openai-chat']('sim-text-5-reasoning-2', true));
    const [call] = sim.calls;
    expect(await call?.ended).toBe('finished');
    expect(call).toMatchObject({
      number: 1,
      format: 'openai-chat',
      operation: 'chat',
      stream: true,
      status: 200,
      emitted: 7,
      usage: { output: 7, reasoning: 2 },
    });
    expect(call?.bytes).toBe(Buffer.byteLength(answer.text));
    expect(sim.openCalls()).toBe(0);
  });

  for (const format of FORMATS) {
    it(`of a client that leaves in the middle (${format}): cancelled, with the tokens until then`, async () => {
      const sim = await start({ sizes: { stall: Number.POSITIVE_INFINITY } });
      await send(sim.url, {
        ...CHATS[format]('sim+stall', true),
        onData: (request) => sim.calls[0]?.emitted === 5 && request.destroy(),
      });
      expect(await sim.calls[0]?.ended).toBe('cancelled');
      expect(sim.calls[0]?.emitted).toBe(5);
      expect(sim.openCalls()).toBe(0);
    });
  }

  it('of a client that leaves before the first byte', async () => {
    const sim = await start({ sizes: { slow: Number.POSITIVE_INFINITY } });
    const leaving = new AbortController();
    const request = CHATS['openai-chat']('sim+slow', false);
    const asking = fetch(`${sim.url}${request.path}`, {
      method: 'POST',
      body: JSON.stringify(request.body),
      headers: { authorization: 'Bearer k' },
      signal: leaving.signal,
    });
    const call = await sim.arrived(1);
    expect(sim.openCalls()).toBe(1);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    expect(await call.ended).toBe('cancelled');
    expect(call.emitted).toBe(0);
  });

  it('keeps as many calls as it is told', async () => {
    const sim = await start({ keep: 2 });
    for (let at = 0; at < 4; at += 1) await send(sim.url, CHATS.gemini('sim', false));
    expect(sim.calls.map((call) => call.number)).toEqual([3, 4]);
    await expect(sim.arrived(1)).rejects.toThrow('no longer kept');
  });
});

describe('equal seeds give equal bytes', () => {
  for (const format of FORMATS) {
    it(`of ${format}, whatever was asked in between`, async () => {
      const [one, two, other] = [await start({ seed: 5 }), await start({ seed: 5 }), await start({ seed: 6 })];
      const request = CHATS[format]('sim-reasoning-text-9', true);
      await send(two.url, CHATS[format]('sim', false));
      const [first, second, third] = [
        await send(one.url, request),
        await send(two.url, request),
        await send(other.url, request),
      ];
      expect(second.text).toBe(first.text);
      expect(third.text).not.toBe(first.text);
    });
  }

  it('the same call again has the same text under another id', async () => {
    const sim = await start();
    const request = CHATS['openai-chat']('sim', false);
    const [first, second] = [
      JSON.parse((await send(sim.url, request)).text),
      JSON.parse((await send(sim.url, request)).text),
    ];
    expect(second.choices).toEqual(first.choices);
    expect(second.id).not.toBe(first.id);
  });
});

describe('the profile', () => {
  it('waits for the first token, then between tokens', async () => {
    const waits: number[] = [];
    const sim = await start({
      profile: { first: 100, gap: 7 },
      sleep: async (milliseconds) => void waits.push(milliseconds),
    });
    await send(sim.url, CHATS['openai-chat']('sim-text-3', true));
    expect(waits).toEqual([100, 7, 7]);
    await send(sim.url, CHATS['openai-chat']('sim-text-3-gap-5', false));
    expect(waits).toEqual([100, 7, 7, 115]);
  });

  it('puts several tokens in an event', async () => {
    const sim = await start();
    const { text } = await send(sim.url, CHATS.gemini('sim-text-6-per-3', true));
    expect(text.match(/^data:/gm)).toHaveLength(3);
  });
});

it('a path of no format is 404, and logged', async () => {
  const sim = await start();
  expect((await send(sim.url, { path: '/nothing' })).status).toBe(404);
  expect(sim.calls[0]).toMatchObject({ path: '/nothing', format: undefined, model: '' });
});

it('models that are not in the list do not exist', async () => {
  const sim = await start({ models: ['sim-echo'] });
  expect((await send(sim.url, CHATS['openai-chat']('sim', false))).status).toBe(404);
});

it('what the vendor would refuse is logged as the client’s mistake; a scripted fault is not', async () => {
  const sim = await start();
  await send(sim.url, CHATS['openai-chat']('sim', false, { messages: [] }));
  await send(sim.url, CHATS['openai-chat']('sim+e400', false));
  expect(sim.calls.map((call) => call.refusal)).toEqual([
    { error: expect.objectContaining({ code: 'empty_array' }) },
    undefined,
  ]);
});
