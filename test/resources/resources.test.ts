import type { Caller, Declarative, GatewayConfig } from '@postern/core';
import { afterEach, describe, expect, it } from 'vitest';
import { HOST_NAMES, HOSTS, type HostName } from '../kit/hosts.ts';
import { type Keeper, serveKeeper } from '../kit/keeper.ts';
import { OPERATORS_KEY } from '../kit/stage.ts';

type Json = { readonly [name: string]: unknown };
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const CALLERS: Readonly<Record<string, Caller>> = {
  ann: { id: 'ann', team: 'red' },
  amy: { id: 'amy', team: 'red' },
  bob: { id: 'bob', team: 'blue' },
  few: { id: 'few', models: ['oa/gpt-5.6'] },
};

const identify: NonNullable<Exclude<GatewayConfig['access'], string>>['identify'] = (request) =>
  CALLERS[request.header('x-user') ?? ''];

async function staged(name: HostName, declarative: Partial<Declarative> = { resources: 'oa' }) {
  const keeper = await serveKeeper();
  const { access: _, ...config } = declarative;
  const host = await HOSTS[name]({
    access: { identify },
    log: { warn: () => {}, error: () => {} },
    providers: { oa: { extends: 'openai', baseUrl: keeper.url, apiKey: OPERATORS_KEY } },
    ...config,
  });
  cleanups.push(async () => {
    await host.close();
    await keeper.close();
  });
  const ask = (user: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(host.url + path, {
      method,
      headers: {
        'x-user': user,
        authorization: 'Bearer the-clients-own',
        cookie: 'a=1',
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
  const upload = async (user: string): Promise<string> => {
    const answer = await ask(user, 'POST', '/v1/files', form('hello'));
    return String(((await answer.json()) as Json)['id']);
  };
  return { host, keeper, ask, upload };
}

function form(text: string): FormData {
  const data = new FormData();
  data.set('purpose', 'assistants');
  data.set('file', new Blob([text]), 'a.txt');
  return data;
}

const idsIn = async (answer: Response): Promise<unknown[]> =>
  (((await answer.json()) as Json)['data'] as Json[]).map((item) => item['id']);

const lastOf = (keeper: Keeper) => keeper.calls.at(-1) ?? expect.unreachable();

describe.each(HOST_NAMES)('what a provider keeps, in %s', (name) => {
  it('is uploaded, read, listed and deleted by who made it, with the operator’s key only', async () => {
    const { ask, keeper, upload } = await staged(name);
    const id = await upload('ann');
    const sent = lastOf(keeper);
    expect(sent.body.toString('latin1')).toContain('hello');
    expect(sent.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(sent.headers.authorization).toBe(`Bearer ${OPERATORS_KEY}`);
    expect([sent.headers.cookie, sent.headers['x-user']]).toEqual([undefined, undefined]);

    expect(await (await ask('ann', 'GET', `/v1/files/${id}`)).json()).toMatchObject({ id, object: 'files' });
    const content = await ask('ann', 'GET', `/v1/files/${id}/content`);
    expect([...new Uint8Array(await content.arrayBuffer())]).toEqual([0, 255, 1, 254]);
    expect(content.headers.get('content-type')).toBe('application/octet-stream');
    expect(content.headers.get('content-disposition')).toBe('attachment');
    expect(content.headers.get('x-postern-request-id')).toMatch(/^req_/);
    expect(await idsIn(await ask('ann', 'GET', '/v1/files'))).toEqual([id]);
    expect((await ask('ann', 'DELETE', `/v1/files/${id}`)).status).toBe(200);
    expect((await ask('ann', 'GET', `/v1/files/${id}`)).status).toBe(404);
  });

  it('is for others as if it did not exist, and the provider is not asked', async () => {
    const { ask, keeper, upload } = await staged(name);
    const id = await upload('ann');
    const calls = keeper.calls.length;
    const told = async (answer: Response) => [answer.status, await answer.json()];
    const unknown = await told(await ask('bob', 'GET', '/v1/files/file-999'));
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/content'],
    ] as const) {
      const answer = await told(await ask('bob', method, `/v1/files/${id}${path}`));
      expect(JSON.stringify(answer).replaceAll(id, 'file-999')).toBe(JSON.stringify(unknown));
    }
    expect(unknown).toEqual([
      404,
      {
        error: {
          message: "No such file: 'file-999'.",
          type: 'not_found_error',
          param: 'id',
          code: 'resource_not_found',
        },
      },
    ]);
    expect(keeper.calls.length).toBe(calls);
    expect((await ask('ann', 'GET', `/v1/files/${id}`)).status).toBe(200);
  });
});
