import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../chat/events.ts';
import { UpstreamError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import { DONE, encode, exchange } from './support.type-test.ts';

const START: ChatEvent = { type: 'reply-start', id: 'chatcmpl-x', model: 'gpt-5.4', created: 5 };
const TEXT: ChatEvent[] = [
  { type: 'part-start', choice: 0, part: 0, value: { type: 'text', text: '' } },
  { type: 'text-delta', choice: 0, part: 0, text: 'Hé "you"\n' },
  { type: 'part-end', choice: 0, part: 0 },
  { type: 'choice-end', choice: 0, stopReason: 'stop' },
];
const USAGE: ChatEvent = { type: 'usage', usage: { input: 3, output: 2 } };
const END: ChatEvent = { type: 'reply-end' };
const deltas = (chunks: Json[]): Json[] =>
  chunks.flatMap((chunk) => (chunk['choices'] as Json[]).map((choice) => choice['delta'] as Json));

describe('a stream of chunks', () => {
  it("is exactly of OpenAI's shape: role first, finish_reason once, [DONE] last", () => {
    const shared = '"id":"chatcmpl-x","object":"chat.completion.chunk","created":5,"model":"gpt-5.4"';
    const chunk = (delta: string, finish: string): string =>
      `data: {${shared},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]}\n\n`;
    expect(encode([START, ...TEXT, USAGE, END]).text).toBe(
      [
        chunk('{"role":"assistant","content":"","refusal":null}', 'null'),
        chunk('{"content":"Hé \\"you\\"\\n"}', 'null'),
        chunk('{}', '"stop"'),
        DONE,
      ].join(''),
    );
  });
  it('tells usage in one last chunk without choices, and null before, only when the client asked', () => {
    const { chunks } = encode([START, ...TEXT, USAGE, END], { streamUsage: true });
    expect(
      chunks.slice(0, -1).every((chunk) => chunk['usage'] === null && (chunk['choices'] as Json[]).length === 1),
    ).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      id: 'chatcmpl-x',
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
  });
  it('names itself when the provider did not', () => {
    const { chunks } = encode([{ type: 'reply-start' }, ...TEXT, END]);
    expect(
      chunks.every(
        (chunk) => chunk['id'] === 'chatcmpl-1' && chunk['model'] === 'smart' && chunk['created'] === 1_780_000_000,
      ),
    ).toBe(true);
  });
  it('shows fields that have no name once, in the first chunk', () => {
    const citations = ['https://example.com/$&'];
    const { chunks } = encode([{ ...START, native: { 'openai-chat': { citations } } }, ...TEXT, END]);
    expect(chunks[0]).toMatchObject({ citations });
    expect(chunks.slice(1).some((chunk) => 'citations' in chunk)).toBe(false);
  });
  it("passes chunks of this format's own kind on and reports those of others", () => {
    const native = (format: string): ChatEvent => ({
      type: 'native',
      format,
      name: 'prompt_filter_results',
      value: { prompt_filter_results: [] },
    });
    const { chunks, dropped } = encode([START, native('openai-chat'), native('gemini'), ...TEXT, END]);
    expect(chunks.filter((chunk) => 'prompt_filter_results' in chunk)).toMatchObject([{ choices: [] }]);
    expect(dropped).toEqual(['prompt_filter_results']);
  });
  it('keeps several choices apart, each with its own role', () => {
    const other = TEXT.map((event) => ({ ...event, choice: 1 }) as ChatEvent);
    const mixed = TEXT.flatMap((event, index) => [event, other[index] ?? event]);
    const { chunks } = encode([START, ...mixed, END]);
    const choices = chunks.flatMap((chunk) => chunk['choices'] as Json[]);
    for (const index of [0, 1]) {
      const own = choices.filter((choice) => choice['index'] === index);
      expect(own[0]).toMatchObject({ delta: { role: 'assistant' } });
      expect(own.filter((choice) => choice['finish_reason'] !== null)).toHaveLength(1);
    }
  });
  it('carries logprobs of text and refusals in their own lists', () => {
    const logprobs = [{ token: 'x', logprob: -1, bytes: null, top_logprobs: [] }];
    const { chunks } = encode([
      START,
      { type: 'part-start', choice: 0, part: 0, value: { type: 'text', text: '' } },
      { type: 'text-delta', choice: 0, part: 0, text: 'x', logprobs },
      { type: 'part-start', choice: 0, part: 1, value: { type: 'refusal', text: '' } },
      { type: 'refusal-delta', choice: 0, part: 1, text: 'y', logprobs },
    ]);
    const told = chunks.flatMap((chunk) => chunk['choices'] as Json[]).map((choice) => choice['logprobs']);
    expect(told).toEqual([null, { content: logprobs, refusal: null }, { content: null, refusal: logprobs }]);
  });
  it('counts tool calls from 0 whatever else stands before them, and writes arguments out piece by piece', () => {
    const { chunks } = encode([
      START,
      ...TEXT.slice(0, 3),
      { type: 'part-start', choice: 0, part: 1, value: { type: 'tool-call', callId: 'a', name: 'f', input: '' } },
      { type: 'tool-input-delta', choice: 0, part: 1, text: '{"x"' },
      { type: 'part-start', choice: 0, part: 2, value: { type: 'tool-call', callId: 'b', name: 'g', input: '' } },
      { type: 'tool-input-delta', choice: 0, part: 1, text: ':1}' },
      { type: 'part-end', choice: 0, part: 1 },
      { type: 'part-end', choice: 0, part: 2 },
    ]);
    expect(deltas(chunks).flatMap((delta) => (delta['tool_calls'] as Json[] | undefined) ?? [])).toEqual([
      { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } },
      { index: 0, function: { arguments: '{"x"' } },
      { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } },
      { index: 0, function: { arguments: ':1}' } },
      { index: 1, function: { arguments: '{}' } },
    ]);
  });
  it('streams audio: id, words, data, and when it expires', () => {
    const { chunks } = encode([
      START,
      {
        type: 'part-start',
        choice: 0,
        part: 0,
        value: { type: 'audio', id: 'audio_x', source: { kind: 'base64', data: '', mediaType: 'audio/pcm' } },
      },
      { type: 'media-delta', choice: 0, part: 0, transcript: 'Hi' },
      { type: 'media-delta', choice: 0, part: 0, data: 'AAAA' },
      { type: 'part-end', choice: 0, part: 0, complete: { expiresAt: 9 } },
    ]);
    expect(deltas(chunks).slice(1)).toEqual([
      { audio: { id: 'audio_x' } },
      { audio: { transcript: 'Hi' } },
      { audio: { data: 'AAAA' } },
      { audio: { expires_at: 9 } },
    ]);
  });
  it('sends an image when it is whole', () => {
    const { chunks } = encode([
      START,
      {
        type: 'part-start',
        choice: 0,
        part: 0,
        value: { type: 'image', source: { kind: 'base64', data: '', mediaType: 'image/png' } },
      },
      { type: 'media-delta', choice: 0, part: 0, data: 'AA' },
      { type: 'media-delta', choice: 0, part: 0, data: 'BB' },
      { type: 'part-end', choice: 0, part: 0 },
    ]);
    expect(deltas(chunks).slice(1)).toEqual([
      { images: [{ index: 0, type: 'image_url', image_url: { url: 'data:image/png;base64,AABB' } }] },
    ]);
  });
  it('moves citations to their place in the whole text', () => {
    const { chunks } = encode([
      START,
      ...TEXT.slice(0, 3),
      { type: 'part-start', choice: 0, part: 1, value: { type: 'text', text: '' } },
      { type: 'text-delta', choice: 0, part: 1, text: 'again' },
      {
        type: 'annotation',
        choice: 0,
        part: 1,
        value: { kind: 'url', url: 'https://example.com', title: 'T', start: 0, end: 5 },
      },
    ]);
    expect(deltas(chunks).at(-1)).toMatchObject({ annotations: [{ url_citation: { start_index: 9, end_index: 14 } }] });
  });
  it("fails in OpenAI's envelope, and nothing that looks like a good end follows", () => {
    const encoder = openaiChat.server.encoder(exchange({ stream: true }));
    encoder.push(START);
    const frame = String(encoder.fail(new UpstreamError('upstream_incomplete', 'The stream broke.')));
    expect(frame).toBe(
      'data: {"error":{"message":"The stream broke.","type":"server_error","param":null,"code":"upstream_incomplete"}}\n\n',
    );
  });
});
