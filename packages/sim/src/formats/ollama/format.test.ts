import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../../index.ts';
import { jsonOf, send } from '../../testing/client.ts';

interface Line {
  message?: { role: string; content: string; thinking?: string; tool_calls?: object[] };
  response?: string;
  done?: boolean;
  done_reason?: string;
  prompt_eval_count?: number;
  eval_count?: number;
  error?: string;
}

let sim: ServedSim;
beforeAll(async () => {
  sim = await serveSim();
});
afterAll(() => sim.close());

const ASK = { messages: [{ role: 'user', content: 'Hello there' }] };
const TOOL = {
  type: 'function',
  function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] } },
};
const post = (path: string, body: object) => send(sim.url, { path, body, headers: {} });
const chat = (model: string, more: object = {}) => post('/api/chat', { model, ...ASK, ...more });

describe("Ollama's chat", () => {
  it('streams unless it is told not to, one object per line, the last one with what it took', async () => {
    const answer = await chat('sim-text-4');
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const lines = jsonOf(answer.text) as Line[];
    expect(lines.map(({ done }) => done)).toEqual([false, false, false, false, true]);
    expect(lines.at(-1)).toMatchObject({ message: { content: '' }, done_reason: 'stop', eval_count: 4 });
    expect(lines[0]).not.toHaveProperty('eval_count');
    const whole = JSON.parse((await chat('sim-text-4', { stream: false })).text) as Line;
    expect(whole.message?.content).toBe(lines.map(({ message }) => message?.content).join(''));
  });

  it('shows its thinking when that is asked for, apart from the words', async () => {
    const lines = jsonOf((await chat('sim-reasoning-3-echo', { think: true })).text) as Line[];
    expect(lines.slice(0, 3).every(({ message }) => message?.thinking !== undefined && message.content === '')).toBe(
      true,
    );
    expect(lines.map(({ message }) => message?.content).join('')).toBe('Hello there');
  });

  it('gives calls whole, with arguments that are an object and without a word of their own for the end', async () => {
    const lines = jsonOf((await chat('sim-tools', { tools: [TOOL] })).text) as Line[];
    const calls = lines.flatMap(({ message }) => message?.tool_calls ?? []);
    expect(calls[0]).toEqual({ function: { name: 'look', arguments: { at: expect.any(String) } } });
    expect(lines.at(-1)?.done_reason).toBe('stop');
  });

  it('answers a generated text in its own members', async () => {
    const answer = await post('/api/generate', { model: 'sim-echo', prompt: 'Say it.', stream: false });
    expect(JSON.parse(answer.text)).toMatchObject({ response: 'Say it.', done: true });
  });

  it('embeds, and lists its models', async () => {
    const { text } = await post('/api/embed', { model: 'sim', input: ['one', 'two'] });
    expect(JSON.parse(text)).toMatchObject({ embeddings: [expect.any(Array), expect.any(Array)] });
    expect(JSON.parse((await send(sim.url, { path: '/api/tags' })).text)).toMatchObject({ models: [{ name: 'sim' }] });
  });
});

describe('what its JSON reader refuses', () => {
  it.each([
    ['a list as content', { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] }, /content/],
    ['a role that is none', { messages: [{ role: 'developer', content: 'x' }] }, /invalid role/],
    ['an image by its address', { messages: [{ role: 'user', content: 'x', images: ['https://x/y.png'] }] }, /base64/],
    [
      'arguments as text',
      { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }] },
      /arguments/,
    ],
    ['a level of thinking that is none', { think: 'max' }, /invalid think value/],
    ['a format that is none', { format: 'xml' }, /invalid format/],
    ['an option of another type', { options: { num_predict: '7' } }, /num_predict/],
    ['a tool without parameters', { tools: [{ type: 'function', function: { name: 'f' } }] }, /tools/],
  ])('%s', async (_, more, message) => {
    const answer = await chat('sim', more);
    expect(answer.status).toBe(400);
    expect((JSON.parse(answer.text) as Line).error).toMatch(message);
  });

  it('passes over what it does not know', async () => {
    expect((await chat('sim', { novelty: 1 })).status).toBe(200);
  });
});
