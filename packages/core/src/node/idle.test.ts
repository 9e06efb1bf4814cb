import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Cancellation } from '../kit/cancel.ts';
import { readAll } from '../transport/read-all.ts';
import { nodePlatform } from './platform.ts';

/** What keeps this process alive, by kind. */
function counted(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe('an idle platform', () => {
  it('keeps no process alive: neither by a kept connection nor by timers', async () => {
    const server = createServer((_, outgoing) => void outgoing.end('ok'));
    server.on('connection', (socket) => socket.unref());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { dispatcher, clock } = nodePlatform({ environment: {} });
    const before = counted();
    const response = await dispatcher.dispatch(
      { method: 'GET', origin, path: '/', headers: {}, body: undefined },
      new Cancellation(),
    );
    await readAll(response.body, 10);
    const cancel = clock.timer(60_000, () => undefined);
    const sleeping = new AbortController();
    const sleep = clock.sleep(60_000, sleeping.signal);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const after = counted();
    expect(after['TCPSocketWrap'] ?? 0).toBe(before['TCPSocketWrap'] ?? 0);
    expect(after['Timeout'] ?? 0).toBe(before['Timeout'] ?? 0);
    cancel();
    sleeping.abort();
    await expect(sleep).rejects.toThrow();
    await dispatcher.close();
    server.close();
  });
});
