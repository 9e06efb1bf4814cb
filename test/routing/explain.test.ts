import { expect, it } from 'vitest';
import { HOST_NAMES, HOSTS } from '../kit/hosts.ts';

const post = (url: string, body: object, caller = 'alice') =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-caller': caller },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...body }),
  });

it.each(HOST_NAMES)('on %s a caller is told how his request was decided, and nobody else', async (name) => {
  const host = await HOSTS[name]({
    access: { identify: (request) => ({ id: request.header('x-caller') ?? '' }) },
    // A port that nobody listens on.
    providers: { gone: { format: 'openai-chat', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k' } },
    models: { m: { deployments: ['gone/one', 'gone/two'], retries: 1 } },
    explain: true,
    log: { warn() {}, error() {} },
  });
  try {
    const failed = await post(host.url, {});
    await failed.text();
    expect(failed.status).toBe(502);
    const path = `${host.url}/explain/${failed.headers.get('x-postern-request-id')}`;
    const told = await fetch(path, { headers: { 'x-caller': 'alice' } });
    expect(told.status).toBe(200);
    expect(await told.json()).toMatchObject({
      outcome: 'fault',
      error: 'upstream_unavailable',
      attempts: [{ fault: 'unavailable' }, { fault: 'unavailable' }],
    });
    const foreign = await fetch(path, { headers: { 'x-caller': 'mallory' } });
    await foreign.text();
    expect(foreign.status).toBe(404);
    const dry = await post(host.url, { dry_run: true });
    expect(await dry.json()).toMatchObject({ plan: [{ reason: 'weighted' }, { reason: 'retry 1' }], attempts: [] });
  } finally {
    await host.close();
  }
});
