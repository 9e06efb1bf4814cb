import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../index.ts';

/** The vendors' own clients as judges of the bytes: what they read is what the log says was written. */
let sim: ServedSim;
let openai: OpenAI;
let anthropic: Anthropic;
let google: GoogleGenAI;
beforeAll(async () => {
  sim = await serveSim();
  openai = new OpenAI({ apiKey: 'k', baseURL: `${sim.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: 'k', baseURL: sim.url, maxRetries: 0 });
  google = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: sim.url } });
});
afterAll(() => sim.close());

const parameters = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const messages = [{ role: 'user' as const, content: 'Hello' }];
const emitted = () => sim.calls.at(-1)?.emitted;

describe('openai', () => {
  it('reads a stream as it reads a body', async () => {
    const stream = openai.chat.completions.stream({ model: 'sim', messages, stream_options: { include_usage: true } });
    const streamed = await stream.finalChatCompletion();
    const whole = await openai.chat.completions.create({ model: 'sim', messages });
    expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    expect(streamed.usage).toEqual(whole.usage);
    expect(whole.usage?.completion_tokens).toBe(emitted());
  });

  it('puts tool calls together', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters } }];
    const stream = openai.chat.completions.stream({ model: 'sim+paralleltools', messages, tools });
    const { choices } = await stream.finalChatCompletion();
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(calls).toHaveLength(3);
    for (const call of calls) expect(JSON.parse(call.function.arguments)).toEqual({ city: expect.any(String) });
  });

  it('reads embeddings, which it asks for in base64', async () => {
    const { data } = await openai.embeddings.create({ model: 'sim', input: 'x' });
    expect(data[0]?.embedding.reduce((sum, number) => sum + number ** 2, 0)).toBeCloseTo(1, 5);
  });

  it('knows each error', async () => {
    const failing = (model: string) => openai.chat.completions.create({ model, messages });
    await expect(failing('sim+r429')).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(failing('sim+e401')).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(failing('sim+e400-context')).rejects.toMatchObject({ code: 'context_length_exceeded' });
    const stream = await openai.chat.completions.create({ model: 'sim+midfault', messages, stream: true });
    await expect(drain(stream)).rejects.toMatchObject({ type: 'overloaded_error' });
  });
});

describe('@anthropic-ai/sdk', () => {
  const base = { max_tokens: 4000, messages };

  it('reads a stream as it reads a body', async () => {
    const streamed = await anthropic.messages.stream({ ...base, model: 'sim-reasoning' }).finalMessage();
    const whole = await anthropic.messages.create({ ...base, model: 'sim-reasoning' });
    const texts = (message: typeof whole) =>
      message.content.map((block) =>
        block.type === 'text' ? block.text : block.type === 'thinking' ? block.thinking : '',
      );
    expect(texts(streamed)).toEqual(texts(whole));
    expect([streamed.usage.output_tokens, whole.usage.output_tokens]).toEqual([emitted(), emitted()]);
  });

  it('puts tool uses together and sends them back with their thinking', async () => {
    const asked = {
      ...base,
      model: 'sim-tools',
      thinking: { type: 'enabled' as const, budget_tokens: 2000 },
      tools: [{ name: 'f', input_schema: parameters }],
    };
    const first = await anthropic.messages.stream(asked).finalMessage();
    const use = first.content.find((block) => block.type === 'tool_use');
    expect(use?.input).toEqual({ city: expect.any(String) });
    const result = {
      role: 'user' as const,
      content: [{ type: 'tool_result' as const, tool_use_id: use?.id ?? '', content: 'sunny' }],
    };
    const second = await anthropic.messages.create({
      ...asked,
      messages: [...messages, { role: 'assistant', content: first.content }, result],
    });
    expect(second.stop_reason).toBe('end_turn');
  });

  it('counts tokens, and knows each error', async () => {
    expect(await anthropic.messages.countTokens({ model: 'sim', messages })).toEqual({ input_tokens: 5 });
    await expect(anthropic.messages.create({ ...base, model: 'sim+r429' })).rejects.toBeInstanceOf(
      Anthropic.RateLimitError,
    );
    await expect(anthropic.messages.create({ ...base, model: 'sim+e529' })).rejects.toMatchObject({ status: 529 });
    await expect(anthropic.messages.stream({ ...base, model: 'sim+midfault' }).finalMessage()).rejects.toThrow(
      /overloaded_error/,
    );
  });
});

describe('@google/genai', () => {
  const contents = 'Hello';

  it('reads a stream as it reads a body', async () => {
    const parts = await drain(await google.models.generateContentStream({ model: 'sim-reasoning', contents }));
    const whole = await google.models.generateContent({ model: 'sim-reasoning', contents });
    expect(parts.map((part) => part.text ?? '').join('')).toBe(whole.text);
    expect(parts.at(-1)?.usageMetadata).toEqual(whole.usageMetadata);
  });

  it('reads function calls and sends them back with their signatures', async () => {
    const config = { tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: parameters }] }] };
    const chat = google.chats.create({ model: 'sim-reasoning-tools', config });
    const first = await chat.sendMessage({ message: 'Hello' });
    expect(first.functionCalls?.[0]?.args).toEqual({ city: expect.any(String) });
    const second = await chat.sendMessage({ message: [{ functionResponse: { name: 'f', response: { ok: true } } }] });
    expect(second.text).not.toBe('');
  });

  it('counts tokens, and knows an error', async () => {
    expect(await google.models.countTokens({ model: 'sim', contents })).toMatchObject({ totalTokens: 5 });
    await expect(google.models.generateContent({ model: 'sim+e503', contents })).rejects.toMatchObject({ status: 503 });
  });
});

async function drain<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
