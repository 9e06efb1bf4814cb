import type { GatewayConfig, GatewayEvents } from '@postern/core';
import { serveSim } from '@postern/sim';
import { describe, expect, it } from 'vitest';
import { eventually } from '../kit/eventually.ts';
import { HOST_NAMES, HOSTS, type HostName } from '../kit/hosts.ts';
import { CHAT_ONLY } from '../kit/stage.ts';

type Models = NonNullable<GatewayConfig['models']>;

/** A gateway in front of a simulated provider, whose `slow` says nothing for ever; time is real. */
async function scene(name: HostName, models: Models) {
  const sim = await serveSim({ sizes: { slow: Number.POSITIVE_INFINITY } });
  const host = await HOSTS[name]({
    access: 'open',
    providers: { oa: { ...CHAT_ONLY, baseUrl: `${sim.url}/v1`, apiKey: 'k' } },
    models,
    breaker: false,
    log: { warn() {}, error() {} },
  });
  const ended: GatewayEvents['request-end'][] = [];
  host.gateway.events.on('request-end', (event) => ended.push(event));
  const ask = (stream: boolean, signal?: AbortSignal) =>
    fetch(`${host.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'hello' }] }),
      ...(signal && { signal }),
    });
  const close = async (): Promise<void> => {
    await host.close();
    await sim.close();
  };
  return { sim, host, ended, ask, close };
}

const hedged = (second: string): Models => ({
  m: { deployments: ['oa/sim+slow', second], strategy: 'priority', hedge: { after: '50ms', extra: 1 } },
});

describe.each(HOST_NAMES)('on %s', (name) => {
  it.each([true, false])('a slow deployment is hedged, left, and in the ledger (stream: %s)', async (stream) => {
    const { ask, close, ended, host, sim } = await scene(name, hedged('oa/sim'));
    try {
      const reply = await ask(stream);
      expect(reply.status).toBe(200);
      expect(await reply.text()).toContain(stream ? '[DONE]' : '"finish_reason":"stop"');
      expect(sim.calls.map(({ model }) => model)).toEqual(['sim+slow', 'sim']);
      expect(await sim.calls[0]?.ended).toBe('cancelled');
      expect(await sim.calls[1]?.ended).toBe('finished');
      await eventually(() => host.gateway.stats().open === 0);
      expect(ended.flatMap(({ attempts }) => attempts.map(({ deployment, outcome }) => [deployment, outcome]))).toEqual(
        [
          ['m#0', 'cancelled'],
          ['m#1', 'ok'],
        ],
      );
    } finally {
      await close();
    }
  });

  it('a client that leaves takes both calls with it', async () => {
    const { ask, close, ended, host, sim } = await scene(name, hedged('oa/sim-text+slow'));
    try {
      const leave = new AbortController();
      const asked = ask(true, leave.signal).catch(() => undefined);
      await sim.arrived(2);
      leave.abort();
      await asked;
      expect(await Promise.all(sim.calls.map((call) => call.ended))).toEqual(['cancelled', 'cancelled']);
      await eventually(() => host.gateway.stats().open === 0);
      expect(ended.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
        'cancelled',
        'cancelled',
      ]);
    } finally {
      await close();
    }
  });

  it('a request waits for room at a deployment until another client leaves it', async () => {
    const { ask, close, host, sim } = await scene(name, {
      m: { deployments: [{ model: 'oa/sim+slow', concurrency: { max: 1, queue: 1 } }], retries: 0 },
    });
    try {
      const [first, second] = [new AbortController(), new AbortController()];
      const all = [ask(true, first.signal).catch(() => undefined)];
      await sim.arrived(1);
      all.push(ask(true, second.signal).catch(() => undefined));
      await eventually(() => host.gateway.stats().open === 2);
      const third = await ask(true);
      expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await third.json()).toMatchObject({ error: { code: 'upstream_overloaded' } });
      expect(sim.calls).toHaveLength(1);
      first.abort();
      await sim.arrived(2);
      expect(await sim.calls[0]?.ended).toBe('cancelled');
      second.abort();
      await Promise.all(all);
      await eventually(() => host.gateway.stats().open === 0);
    } finally {
      await close();
    }
  });
});
