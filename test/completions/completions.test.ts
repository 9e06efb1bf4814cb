import type { Dispatcher, WireRequest } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';
import { type Answered, type Bench, bench } from '../kit/in-process.ts';
import { PROVIDERS } from '../kit/stage.ts';

/** Source of the shapes: https://platform.openai.com/docs/api-reference/completions */
interface Completion {
  readonly id: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly { text: string; index: number; logprobs: unknown; finish_reason: string | null }[];
  readonly usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null;
  readonly error?: { message: string; type: string; param: string | null; code: string };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const complete = (at: Bench, body: object): Promise<Answered> =>
  at.ask({ path: '/v1/completions', headers: JSON_HEADERS, body });
const parsed = ({ body }: Answered): Completion => JSON.parse(body) as Completion;

/** The chunks of a stream that ends with its `[DONE]`. */
function chunksOf({ body }: Answered): Completion[] {
  const data = body.split('\n\n').flatMap((event) => (event === '' ? [] : [event.replace(/^data: /, '')]));
  expect(data.at(-1)).toBe('[DONE]');
  return data.slice(0, -1).map((json) => JSON.parse(json) as Completion);
}
const textOf = (chunks: readonly Completion[]): string => chunks.map(({ choices }) => choices[0]?.text ?? '').join('');

const model = (upstream: ChatFormat, script: string): string => `${PROVIDERS[upstream]}/${script}`;
const PROMPT = 'Once upon a time';

describe.each(CHAT_FORMATS)('a client of completions in front of a chat model of %s', (upstream) => {
  it('has its prompt answered, whole', async () => {
    const at = bench();
    const answer = await complete(at, { model: model(upstream, 'sim-echo'), prompt: PROMPT, max_tokens: 50 });
    const body = parsed(answer);
    expect(answer.status).toBe(200);
    expect(body).toMatchObject({
      object: 'text_completion',
      choices: [{ text: PROMPT, index: 0, logprobs: null, finish_reason: 'stop' }],
    });
    expect(body.usage?.total_tokens).toBe((body.usage?.prompt_tokens ?? 0) + (body.usage?.completion_tokens ?? 0));
    expect(at.sim.calls.map(({ refusal, usage }) => [refusal, usage?.output])).toEqual([
      [undefined, body.usage?.completion_tokens],
    ]);
  });

  it('has it streamed, with the usage that it asked for at the end', async () => {
    const stream_options = { include_usage: true };
    const asked = { model: model(upstream, 'sim-echo'), prompt: PROMPT, stream: true, stream_options, max_tokens: 50 };
    const chunks = chunksOf(await complete(bench(), asked));
    expect(textOf(chunks)).toBe(PROMPT);
    expect(chunks.every(({ object, id }) => object === 'text_completion' && id === chunks[0]?.id)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(chunks.slice(0, -1).map(({ usage }) => usage)).toEqual(chunks.slice(0, -1).map(() => null));
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
  });

  it('is told of a bound that cut the answer', async () => {
    const asked = { model: model(upstream, 'sim-text-20'), prompt: PROMPT, max_tokens: 5 };
    expect(parsed(await complete(bench(), asked)).choices[0]?.finish_reason).toBe('length');
  });

  it('gets its prompt back before the answer when it wants the echo', async () => {
    const asked = { model: model(upstream, 'sim-echo'), prompt: PROMPT, echo: true, max_tokens: 50 };
    expect(parsed(await complete(bench(), asked)).choices[0]?.text).toBe(PROMPT + PROMPT);
    expect(textOf(chunksOf(await complete(bench(), { ...asked, stream: true })))).toBe(PROMPT + PROMPT);
  });

  it.each([
    ['several prompts', { prompt: ['one', 'two'] }, 'prompt'],
    ['tokens', { prompt: [1, 2, 3] }, 'prompt'],
    ['a suffix', { prompt: 'def f(', suffix: 'return 1' }, 'suffix'],
    ['an empty prompt', { prompt: '' }, 'prompt'],
  ])('is refused %s, which a chat model can not answer, and nobody is called', async (_, body, param) => {
    const at = bench();
    const answer = await complete(at, { model: model(upstream, 'sim'), ...body });
    expect([answer.status, parsed(answer).error?.param, at.dialled]).toEqual([400, param, []]);
  });

  it('is told what it asked for in vain', async () => {
    const answer = await complete(bench(), { model: model(upstream, 'sim'), prompt: PROMPT, best_of: 3, x_new: 1 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-postern-dropped')?.split(', ')).toEqual(expect.arrayContaining(['best_of', 'x_new']));
  });

  it('gets an error of its own format when the answer breaks off', async () => {
    const asked = { model: model(upstream, 'sim-text-20+cut'), prompt: PROMPT, stream: true };
    const { body } = await complete(bench(), asked);
    const last = body.trim().split('\n\n').at(-1) ?? '';
    expect(JSON.parse(last.replace(/^data: /, ''))).toMatchObject({ error: { message: expect.any(String) } });
    expect(body).not.toContain('[DONE]');
  });
});

/** A provider that says this, and what it was asked. */
function saying(body: string, type: string): Dispatcher & { readonly asked: WireRequest[] } {
  const asked: WireRequest[] = [];
  return {
    asked,
    close: async () => {},
    async dispatch(request) {
      asked.push(request);
      return {
        status: 200,
        header: (name) => (name === 'content-type' ? type : undefined),
        cancel: () => {},
        body: (async function* () {
          yield new TextEncoder().encode(body);
        })(),
      };
    },
  };
}
const sent = (request: WireRequest | undefined): unknown =>
  JSON.parse(typeof request?.body === 'string' ? request.body : new TextDecoder().decode(request?.body as Uint8Array));

const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const WHOLE = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'gpt-3.5-turbo-instruct',
  choices: [
    { text: ' one', index: 0, logprobs: null, finish_reason: 'stop' },
    { text: ' two', index: 1, logprobs: null, finish_reason: 'stop' },
  ],
  usage: USAGE,
};

const TEXTS = {
  providers: { texts: { extends: 'openai', baseUrl: 'https://texts.test/v1', apiKey: 'key-of-texts' } },
} as const;

describe('a model that completes text', () => {
  it('gets the very bytes of its client, whatever they ask, and the client the very bytes of the answer', async () => {
    const provider = saying(JSON.stringify(WHOLE), 'application/json');
    const at = bench({ dispatcher: provider, config: TEXTS });
    const body = {
      model: 'texts/gpt-3.5-turbo-instruct',
      prompt: [[1, 2], [3]],
      suffix: '.',
      echo: true,
      best_of: 4,
      logprobs: 2,
    };
    const answer = await complete(at, body);
    expect(provider.asked.map(({ path }) => path)).toEqual(['/v1/completions']);
    expect(sent(provider.asked[0])).toEqual({ ...body, model: 'gpt-3.5-turbo-instruct' });
    expect(answer.body).toBe(JSON.stringify(WHOLE));
    expect(at.ended[0]?.usage).toMatchObject({ input: 5, output: 7 });
  });

  it('streams past, with usage that the client did not ask for kept back and counted', async () => {
    const chunk = (more: object) => `data: ${JSON.stringify({ ...WHOLE, usage: null, ...more })}\n\n`;
    const piece = (text: string, finish_reason: string | null) =>
      chunk({ choices: [{ text, index: 0, logprobs: null, finish_reason }] });
    const passing = piece(' one', null) + piece('', 'stop');
    const provider = saying(`${passing}${chunk({ choices: [], usage: USAGE })}data: [DONE]\n\n`, 'text/event-stream');
    const at = bench({ dispatcher: provider, config: TEXTS });
    const answer = await complete(at, { model: 'texts/gpt-3.5-turbo-instruct', prompt: 'x', stream: true });
    expect(sent(provider.asked[0])).toMatchObject({ stream_options: { include_usage: true } });
    expect(answer.body).toBe(`${passing}data: [DONE]\n\n`);
    expect(at.ended[0]?.usage).toMatchObject({ input: 5, output: 7 });
  });

  it('is reached by those names only that its row says: others are chat models', async () => {
    const at = bench();
    await complete(at, { model: 'oa/gpt-5.4-mini', prompt: PROMPT });
    expect(at.dialled[0]?.path).toBe('/v1/chat/completions');
  });

  // Source: https://docs.mistral.ai/api/endpoint/fim
  it('may answer in the form of a chat, as those that fill in the middle do: the client gets text', async () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'return 1' }, finish_reason: 'stop' }];
    const provider = saying(JSON.stringify({ ...WHOLE, object: 'chat.completion', choices }), 'application/json');
    const at = bench({ dispatcher: provider, config: { providers: { mistral: { apiKey: 'k' } } } });
    const answer = await complete(at, {
      model: 'mistral/codestral-latest',
      prompt: 'def f():',
      suffix: 'f()',
      seed: 7,
    });
    expect(provider.asked[0]?.path).toBe('/v1/fim/completions');
    expect(sent(provider.asked[0])).toMatchObject({ suffix: 'f()', random_seed: 7 });
    expect(parsed(answer)).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'return 1', finish_reason: 'stop' }],
    });
  });

  it('is sent nothing that its API refuses, and asked for no usage where that does not tell any', async () => {
    const provider = saying('data: [DONE]\n\n', 'text/event-stream');
    const at = bench({ dispatcher: provider, config: { providers: { mistral: { apiKey: 'k' } } } });
    const asked = { model: 'mistral/codestral-latest', prompt: 'def f():', suffix: 'f()', stream: true };
    const answer = await complete(at, { ...asked, user: 'me', stream_options: { include_usage: true } });
    expect(sent(provider.asked[0])).toEqual({ ...asked, model: 'codestral-latest' });
    expect(answer.headers.get('x-postern-dropped')?.split(', ').sort()).toEqual(['stream_options', 'user']);
  });

  // Source: https://api-docs.deepseek.com/guides/fim_completion
  it('may have a path of its own', async () => {
    const provider = saying(JSON.stringify(WHOLE), 'application/json');
    const at = bench({ dispatcher: provider, config: { providers: { deepseek: { apiKey: 'k' } } } });
    await complete(at, { model: 'deepseek/deepseek-chat', prompt: 'def f():', suffix: 'f()' });
    expect(provider.asked[0]?.path).toBe('/beta/completions');
  });

  it('takes one message of a chat as its prompt, and no conversation', async () => {
    const row = { format: 'openai-completions', baseUrl: 'https://text.test/v1', auth: 'bearer', apiKey: 'k' } as const;
    const provider = saying(JSON.stringify(WHOLE), 'application/json');
    const at = bench({ dispatcher: provider, config: { providers: { text: row } } });
    const chat = (messages: object[]) =>
      at.ask({ path: '/v1/chat/completions', headers: JSON_HEADERS, body: { model: 'text/base', messages, top_k: 3 } });
    const answer = await chat([{ role: 'user', content: PROMPT }]);
    expect(JSON.parse(answer.body)).toMatchObject({ choices: [{ message: { content: ' one' } }, {}], usage: USAGE });
    expect(answer.headers.get('x-postern-dropped')).toBe('top_k');
    expect(sent(provider.asked[0])).toEqual({ model: 'base', prompt: PROMPT });
    const refused = await chat([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: PROMPT },
    ]);
    expect([refused.status, parsed(refused).error?.param, provider.asked.length]).toEqual([400, 'messages', 1]);
  });
});

describe('what is wrong with a request for completions', () => {
  it.each([
    ['no model', { prompt: 'x' }, 'model'],
    ['no prompt', { model: 'oa/sim' }, 'prompt'],
    ['a prompt that is an object', { model: 'oa/sim', prompt: {} }, 'prompt'],
    ['a prompt of texts and tokens', { model: 'oa/sim', prompt: ['x', 1] }, 'prompt'],
    ['a bound that is text', { model: 'oa/sim', prompt: 'x', max_tokens: '5' }, 'max_tokens'],
    ['no answers at all', { model: 'oa/sim', prompt: 'x', n: 0 }, 'n'],
    ['a stream that is text', { model: 'oa/sim', prompt: 'x', stream: 'yes' }, 'stream'],
  ])('%s is told in one clear error', async (_, body, param) => {
    const at = bench();
    const answer = await complete(at, body);
    expect([answer.status, parsed(answer).error?.param, at.dialled]).toEqual([400, param, []]);
    expect(parsed(answer).error?.message).toContain(param);
  });
});
