import type { Caller, Code, Declarative } from '@postern/core';
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

const identify: NonNullable<Code['access']>['identify'] = (request) => CALLERS[request.header('x-user') ?? ''];

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
      ...(body === undefined
        ? {}
        : { body: body instanceof FormData || typeof body === 'string' ? body : JSON.stringify(body) }),
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

const NAME = 'Express';

describe('ids', () => {
  it('are shared within a team where the configuration says so, and by nobody else', async () => {
    const { ask, upload } = await staged(NAME, { resources: { provider: 'oa', owner: 'team' } });
    const id = await upload('ann');
    const statuses = async (user: string) => (await ask(user, 'GET', `/v1/files/${id}`)).status;
    expect([await statuses('amy'), await statuses('bob'), await statuses('few')]).toEqual([200, 404, 404]);
  });

  it('are not looked at where they are everybody’s: lists are the provider’s own', async () => {
    const { ask, upload } = await staged(NAME, { resources: { provider: 'oa', owner: 'everybody' } });
    const ids = [await upload('ann'), await upload('bob')];
    expect(await idsIn(await ask('few', 'GET', '/v1/files?limit=1'))).toEqual([ids[0]]);
    expect((await ask('bob', 'GET', `/v1/files/${ids[0]}`)).status).toBe(200);
  });

  it('that a batch makes are its owner’s, when the owner has seen them', async () => {
    const { ask, upload } = await staged(NAME);
    const input_file_id = await upload('ann');
    const made = (await (await ask('ann', 'POST', '/v1/batches', { input_file_id })).json()) as Json;
    const output = `/v1/files/${made['output_file_id']}/content`;
    expect([(await ask('ann', 'GET', output)).status, (await ask('bob', 'GET', output)).status]).toEqual([200, 404]);
  });

  it('in a body must be the caller’s own, however deep they stand and however they are spelled', async () => {
    const { ask, keeper, upload } = await staged(NAME);
    const theirs = await upload('ann');
    const calls = keeper.calls.length;
    const attempts: [string, unknown][] = [
      ['/v1/batches', { input_file_id: theirs, endpoint: '/v1/chat/completions', completion_window: '24h' }],
      ['/v1/vector_stores', { file_ids: [theirs] }],
      ['/v1/threads', { messages: [{ role: 'user', content: 'x', attachments: [{ file_id: theirs, tools: [] }] }] }],
      ['/v1/threads/runs', { assistant_id: 'asst_7' }],
      ['/v1/chat/completions', chat({ content: [{ type: 'file', file: { file_id: theirs } }] })],
    ];
    for (const [path, body] of attempts)
      expect([path, (await ask('bob', 'POST', path, body)).status]).toEqual([path, 404]);
    const escaped = JSON.stringify(chat({ content: [{ type: 'file', file: { file_id: theirs } }] }));
    const odd = escaped.replace('file_id', 'file\\u005fid');
    expect((await ask('bob', 'POST', '/v1/chat/completions', odd)).status).toBe(404);
    const cased = escaped.replace('file_id', 'File_ID');
    expect((await ask('bob', 'POST', '/v1/chat/completions', cased)).status).toBe(404);
    expect(keeper.calls.length).toBe(calls);
  });

  it('that stand twice under one name are sent as they were judged', async () => {
    const { ask, keeper, upload } = await staged(NAME);
    const [theirs, mine] = [await upload('ann'), await upload('bob')];
    const twice = (body: object) =>
      JSON.stringify(body).replace(`"file_id":"${mine}"`, `"file_id":"${theirs}","file_id":"${mine}"`);
    const calls = keeper.calls.length;
    await ask('bob', 'POST', '/v1/vector_stores', `{"file_ids":["${theirs}"],"file_ids":["${mine}"]}`);
    await ask('bob', 'POST', '/v1/vector_stores', `{"file_ids":["${theirs}"],"file_ids":null}`);
    await ask(
      'bob',
      'POST',
      '/v1/chat/completions',
      twice(chat({ content: [{ type: 'file', file: { file_id: mine } }] })),
    );
    expect(keeper.calls.length).toBe(calls + 3);
    for (const { body } of keeper.calls.slice(calls)) expect(body.toString()).not.toContain(theirs);
  });

  it('that another format carries are not given to a provider that would know them', async () => {
    const { ask, keeper, upload } = await staged(NAME);
    const theirs = await upload('ann');
    const calls = keeper.calls.length;
    const source = { type: 'file', file_id: theirs };
    const message = { role: 'user', content: [{ type: 'document', source }] };
    const body = { model: 'oa/gpt-5.6', max_tokens: 9, messages: [message] };
    expect((await ask('bob', 'POST', '/v1/messages', body)).status).toBe(404);
    expect(keeper.calls.length).toBe(calls);
    await ask('ann', 'POST', '/v1/messages', body);
    expect(keeper.calls.length).toBe(calls + 1);
  });

  it('of a thread that a streamed run makes are its caller’s when it reads of them', async () => {
    const { ask, keeper } = await staged(NAME);
    // https://platform.openai.com/docs/api-reference/assistants-streaming/events
    const event = `event: thread.created\ndata: {"id":"thread_77","object":"thread"}\n\n`;
    const made = (await (await ask('ann', 'POST', '/v1/assistants', { model: 'gpt-5.6' })).json()) as Json;
    keeper.instead((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event.slice(0, 30));
      response.end(`${event.slice(30)}event: done\ndata: [DONE]\n\n`);
    });
    const run = await ask('ann', 'POST', '/v1/threads/runs', { assistant_id: made['id'], stream: true });
    expect(await run.text()).toBe(`${event}event: done\ndata: [DONE]\n\n`);
    const calls = keeper.calls.length;
    for (const user of ['bob', 'ann']) await ask(user, 'GET', '/v1/threads/thread_77');
    expect(keeper.calls.length).toBe(calls + 1);
  });

  it('in free text of the client’s own are no references', async () => {
    const { ask } = await staged(NAME);
    expect((await ask('bob', 'POST', '/v1/threads', { metadata: { file_id: 'file-7' } })).status).toBe(200);
  });

  it('of a thread that a run makes are its caller’s', async () => {
    const { ask } = await staged(NAME);
    const assistant = (await (await ask('ann', 'POST', '/v1/assistants', { model: 'gpt-5.6' })).json()) as Json;
    const run = (await (
      await ask('ann', 'POST', '/v1/threads/runs', { assistant_id: assistant['id'] })
    ).json()) as Json;
    const thread = `/v1/threads/${run['thread_id']}`;
    expect([(await ask('ann', 'GET', thread)).status, (await ask('bob', 'GET', thread)).status]).toEqual([200, 404]);
  });
});

const chat = (message: Json): Json => ({ model: 'oa/gpt-5.6', messages: [{ role: 'user', ...message }] });

describe('a list', () => {
  it('holds the caller’s own items only, page after page, with cursors that lead on', async () => {
    const { ask, upload } = await staged(NAME);
    const mine: string[] = [];
    for (let round = 0; round < 5; round++) {
      mine.push(await upload('ann'));
      await upload('bob');
    }
    const seen: unknown[] = [];
    let after = '';
    for (let page = 0; page < 3; page++) {
      const answer = (await (await ask('ann', 'GET', `/v1/files?limit=2${after}`)).json()) as Json;
      const items = answer['data'] as Json[];
      seen.push(...items.map(({ id }) => id));
      expect([answer['first_id'], answer['last_id']]).toEqual([items[0]?.['id'], items.at(-1)?.['id']]);
      expect(answer['has_more']).toBe(page < 2);
      after = `&after=${answer['last_id']}`;
    }
    expect(seen).toEqual(mine);
  });

  it('reads on where the provider’s page has nothing of the caller’s, as often as a request may call', async () => {
    const { ask, keeper, upload } = await staged(NAME, { resources: 'oa', maxAttempts: 2 });
    for (let file = 0; file < 110; file++) await upload('bob');
    const last = await upload('ann');
    const calls = keeper.calls.length;
    expect(await idsIn(await ask('ann', 'GET', '/v1/files'))).toEqual([last]);
    expect(keeper.calls.slice(calls).map(({ path }) => path)).toEqual([
      '/v1/files?limit=100',
      expect.stringMatching(/^\/v1\/files\?limit=100&after=file-\d+$/),
    ]);
  });

  it('of nothing is an empty one', async () => {
    const { ask, upload } = await staged(NAME);
    await upload('bob');
    expect(await (await ask('ann', 'GET', '/v1/files')).json()).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  it('does not begin at another caller’s item', async () => {
    const { ask, upload } = await staged(NAME);
    expect((await ask('bob', 'GET', `/v1/files?after=${await upload('ann')}`)).status).toBe(404);
  });
});

describe('a caller with a list of models', () => {
  it('makes no batches, whose lines name models that nobody sees, unless the configuration permits it', async () => {
    for (const [unseenModels, status] of [
      [false, 403],
      [true, 200],
    ] as const) {
      const { ask, upload } = await staged(NAME, { resources: { provider: 'oa', unseenModels } });
      const body = { input_file_id: await upload('few'), endpoint: '/v1/chat/completions', completion_window: '24h' };
      expect((await ask('few', 'POST', '/v1/batches', body)).status).toBe(status);
      expect((await ask('few', 'GET', '/v1/batches')).status).toBe(200);
    }
  });

  it('names one of them, by whichever name, and the provider gets its own', async () => {
    const { ask, keeper } = await staged(NAME);
    const asked = async (model: string) => (await ask('few', 'POST', '/v1/assistants', { model })).status;
    expect([await asked('gpt-5.6'), await asked('oa/gpt-5.6'), await asked('gpt-4o')]).toEqual([200, 200, 403]);
    expect(keeper.calls.map(({ body }) => JSON.parse(body.toString()))).toEqual([
      { model: 'gpt-5.6' },
      { model: 'gpt-5.6' },
    ]);
  });

  it('sends no forms that would name one unseen', async () => {
    const { ask } = await staged(NAME);
    expect((await ask('few', 'POST', '/v1/videos', form('x'))).status).toBe(403);
    expect((await ask('ann', 'POST', '/v1/videos', form('x'))).status).toBe(200);
  });
});

describe('a model in the body', () => {
  it('is an alias or a name of the provider’s own that callers may ask for, or the answer is 404', async () => {
    const { ask, keeper } = await staged(NAME, { resources: 'oa', models: { smart: 'oa/gpt-5.6' } });
    const asked = async (model: string) => (await ask('ann', 'POST', '/v1/assistants', { model, name: 'ü' })).status;
    expect([await asked('smart'), await asked('gpt-5.6'), await asked('gpt-4o')]).toEqual([200, 404, 404]);
    expect(lastOf(keeper).body.toString()).toBe('{"model":"gpt-5.6","name":"ü"}');
  });
});

describe('an answer that the provider keeps', () => {
  const answer = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [] };
  const events = [
    `data: ${JSON.stringify({ ...answer, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: null }] })}\n\n`,
    `data: ${JSON.stringify({ ...answer, object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`,
    'data: [DONE]\n\n',
  ].join('');
  const message = { role: 'assistant', content: 'hi', refusal: null };
  const whole = JSON.stringify({ ...answer, choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }] });

  it.each([
    ['whole', false, 'application/json', whole],
    ['streamed', true, 'text/event-stream', events],
  ])('is its caller’s, %s', async (_, stream, type, body) => {
    const { ask, keeper } = await staged(NAME);
    for (const store of [false, true]) {
      keeper.instead((request, response) => {
        request.resume();
        response.writeHead(200, { 'content-type': type }).end(body);
      });
      const told = await ask('ann', 'POST', '/v1/chat/completions', { ...chat({ content: 'x' }), store, stream });
      expect(await told.text()).toContain('chatcmpl-1');
      const calls = keeper.calls.length;
      const own = await ask('ann', 'GET', '/v1/chat/completions/chatcmpl-1');
      // The provider of this test knows nothing of it: asked is asked.
      expect([own.status, keeper.calls.length - calls]).toEqual([404, store ? 1 : 0]);
      await ask('bob', 'GET', '/v1/chat/completions/chatcmpl-1');
      expect(keeper.calls.length - calls).toBe(store ? 1 : 0);
    }
  });
});

describe('a refusal of the provider', () => {
  it('has the provider’s own status and words, and no key', async () => {
    const { ask, keeper, upload } = await staged(NAME);
    const id = await upload('ann');
    keeper.instead((_request, response) => {
      response.writeHead(409, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { message: `Busy, ${OPERATORS_KEY}`, type: 'conflict', param: null, code: 'busy' } }),
      );
    });
    const answer = await ask('ann', 'GET', `/v1/files/${id}`);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toEqual({
      error: { message: 'Busy, [redacted]', type: 'conflict', param: null, code: 'busy' },
    });
  });

  it('of the operator’s key is the operator’s affair', async () => {
    const { ask, keeper, upload } = await staged(NAME);
    const id = await upload('ann');
    keeper.instead(
      (_request, response) => void response.writeHead(401).end('{"error":{"message":"Incorrect API key"}}'),
    );
    expect((await ask('ann', 'GET', `/v1/files/${id}`)).status).toBe(502);
  });
});

describe('a request', () => {
  it('by another method is told which ones there are', async () => {
    const { ask } = await staged(NAME);
    const answer = await ask('ann', 'PUT', '/v1/files');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('is the host’s while nothing is configured, and for paths that are none', async () => {
    const { ask } = await staged(NAME, {});
    expect([(await ask('ann', 'GET', '/v1/files')).status, (await ask('ann', 'GET', '/oa/v1/files')).status]).toEqual([
      404, 404,
    ]);
    const served = await staged(NAME);
    for (const path of ['/v1/organization/users', '/v1/files/a/b/c', '/v1/files/..', '/v1/files/%2e%2e'])
      expect((await served.ask('ann', 'GET', path)).status).toBe(404);
    expect(served.keeper.calls).toEqual([]);
  });

  it('without an identity is refused before anything is asked', async () => {
    const { ask, keeper } = await staged(NAME);
    expect((await ask('nobody', 'POST', '/v1/files', form('x'))).status).toBe(401);
    expect(keeper.calls).toEqual([]);
  });
});
