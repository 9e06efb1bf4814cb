import { describe, expect, it } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { ChatReply } from '../../chat/reply.ts';
import { isFault } from '../adapter.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import { callFor, compatible, DONE, decode, exchange, frames, sse } from './support.type-test.ts';

const head = { id: 'chatcmpl-x', object: 'chat.completion.chunk', created: 5, model: 'm' };
const chunk = (delta: Json, more: Json = {}, top: Json = {}): Json => ({
  ...head,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }],
  ...top,
});
const stop = (word = 'stop', top: Json = {}): Json => chunk({}, { finish_reason: word }, top);
const call = (index: number | undefined, piece: Json): Json =>
  chunk({ tool_calls: [{ ...(index === undefined ? {} : { index }), ...piece }] });

function collect(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}
const read = (chunks: (Json | string)[]): ChatReply => collect(decode(chunks));
const first = (reply: ChatReply) => reply.choices[0] ?? { content: [], stopReason: 'other' as const };
const kinds = (events: readonly ChatEvent[]): string[] => events.map((event) => event.type);

describe('a stream of text', () => {
  const stream = [
    chunk({ role: 'assistant', content: '', refusal: null }),
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo' }),
    stop(),
    { ...head, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
    DONE,
  ];
  it('becomes events in order, with one end', () => {
    const events = decode(stream);
    expect(kinds(events)).toEqual([
      'reply-start',
      'part-start',
      'text-delta',
      'text-delta',
      'part-end',
      'choice-end',
      'usage',
      'reply-end',
    ]);
    expect(collect(events)).toMatchObject({
      id: 'chatcmpl-x',
      model: 'm',
      created: 5,
      usage: { input: 3, output: 2 },
      choices: [{ content: [{ type: 'text', text: 'Hello' }], stopReason: 'stop' }],
    });
  });
  it('starts before any text came', () => {
    const decoder = openaiChat.client.decoder(callFor(), exchange());
    expect(frames(sse([stream[0] as Json])).flatMap((frame) => decoder.push(frame))).toMatchObject([
      { type: 'reply-start', id: 'chatcmpl-x' },
    ]);
  });
  it('is complete without [DONE] once every choice has given its reason', () => {
    expect(decode(stream.slice(0, -1)).at(-1)).toMatchObject({ type: 'reply-end' });
  });
  it('is whole, with its usage and its end still to come, once each choice that was asked for gave its reason', () => {
    const decoder = openaiChat.client.decoder(callFor(undefined, { n: 2 }), exchange());
    const of = (index: number): Json => ({ ...head, choices: [{ index, delta: {}, finish_reason: 'stop' }] });
    const whole = frames(sse([stream[1] as Json, of(0), of(1)])).map((frame) => {
      decoder.push(frame);
      return decoder.whole;
    });
    expect(whole).toEqual([false, false, true]);
  });
  it('is incomplete without both, and never an answer', () => {
    expect(decode(stream.slice(0, 3)).at(-1)).toMatchObject({ type: 'fault', fault: { kind: 'incomplete' } });
    expect(kinds(decode(stream.slice(0, 3)))).not.toContain('choice-end');
    expect(decode([]).at(-1)).toMatchObject({ type: 'fault', fault: { kind: 'incomplete' } });
    expect(decode([DONE]).at(-1)).toMatchObject({ type: 'fault' });
  });
  it('is incomplete when one of the choices asked for never ended', () => {
    expect(decode(stream.slice(0, -1), callFor(undefined, { n: 2 })).at(-1)).toMatchObject({
      type: 'fault',
      fault: { kind: 'incomplete' },
    });
  });
  it('counts the last usage only, wherever APIs put it', () => {
    const usage = (tokens: number): Json => ({ prompt_tokens: 1, completion_tokens: tokens, total_tokens: 1 + tokens });
    expect(
      read([chunk({ content: 'a' }, {}, { usage: usage(1) }), stop('stop', { usage: usage(2) }), DONE]).usage,
    ).toEqual({ input: 1, output: 2 });
    expect(read([chunk({ content: 'a' }), stop('stop', { x_groq: { usage: usage(3) } }), DONE]).usage).toEqual({
      input: 1,
      output: 3,
    });
    expect(read([chunk({ content: 'a' }), chunk({}, { finish_reason: 'stop', usage: usage(4) }), DONE]).usage).toEqual({
      input: 1,
      output: 4,
    });
  });
  it('ignores what comes after the end', () => {
    expect(
      kinds(decode([...stream, chunk({ content: 'ghost' }), DONE])).filter((kind) => kind === 'reply-end'),
    ).toHaveLength(1);
  });
  it('throws SyntaxError for a broken frame and goes on with the next', () => {
    const decoder = openaiChat.client.decoder(callFor(), exchange());
    const [good, broken, number] = frames(
      sse([chunk({ content: 'a' }), 'data: {"id":"x","choices":[{\n\n', 'data: 7\n\n']),
    );
    if (good === undefined || broken === undefined || number === undefined) throw new Error('no frames');
    decoder.push(good);
    expect(() => decoder.push(broken)).toThrow(SyntaxError);
    expect(() => decoder.push(number)).toThrow(SyntaxError);
    expect(
      frames(sse([stop(), DONE]))
        .flatMap((frame) => decoder.push(frame))
        .at(-1),
    ).toMatchObject({ type: 'reply-end' });
  });
  it('skips comments, pings and empty data', () => {
    expect(read([': ping\n\n', 'data:\n\n', ...stream]).choices).toHaveLength(1);
  });
  it('ignores a choice with a number beyond sense', () => {
    expect(
      read([{ ...head, choices: [{ index: 4_000_000_000, delta: { content: 'x' } }] }, ...stream]).choices,
    ).toHaveLength(1);
  });
});

describe('a fault in the stream', () => {
  it.each<[string, Json | string, Json]>([
    [
      'an error object',
      { error: { message: 'overloaded', code: 529, type: 'overloaded_error' } },
      { kind: 'overloaded', status: 529, message: 'overloaded' },
    ],
    [
      'an error with choices, https://openrouter.ai/docs/api-reference/errors',
      { ...stop('error'), error: { code: 502, message: 'Provider disconnected' } },
      { kind: 'unavailable', status: 502 },
    ],
    ['an error event', 'event: error\ndata: {"status_code":503,"reason":"x"}\n\n', { kind: 'overloaded', status: 503 }],
    [
      'an answer that broke off, https://api-docs.deepseek.com/api/create-chat-completion',
      stop('insufficient_system_resource'),
      { kind: 'overloaded', code: 'insufficient_system_resource' },
    ],
  ])('%s ends it', (_, frame, fault) => {
    const events = decode([chunk({ content: 'par' }), frame, chunk({ content: 'ghost' }), DONE]);
    expect(events.at(-1)).toMatchObject({ type: 'fault', fault });
    expect(kinds(events)).toEqual(['reply-start', 'part-start', 'text-delta', 'fault']);
  });
});

describe('tool calls', () => {
  it('are told apart by index, in whatever order their pieces come', () => {
    const reply = read([
      call(0, { id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      call(1, { id: 'b', type: 'function', function: { name: 'g', arguments: '{"y":' } }),
      call(0, { function: { arguments: '{"x"' } }),
      call(1, { function: { arguments: '2}' } }),
      call(0, { function: { arguments: ':1}' } }),
      stop('tool_calls'),
      DONE,
    ]);
    expect(first(reply).content).toMatchObject([
      { callId: 'a', name: 'f', input: '{"x":1}' },
      { callId: 'b', name: 'g', input: '{"y":2}' },
    ]);
  });
  it('end as soon as they are whole and another begins', () => {
    const events = decode([
      call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }),
      call(1, { id: 'b', function: { name: 'g', arguments: '{}' } }),
      stop(),
      DONE,
    ]);
    expect(kinds(events)).toEqual([
      'reply-start',
      'part-start',
      'tool-input-delta',
      'part-end',
      'part-start',
      'tool-input-delta',
      'part-end',
      'choice-end',
      'reply-end',
    ]);
  });
  it.each<[string, Json[], [string, string][]]>([
    [
      'empty ids and names in later pieces',
      [
        call(0, { id: 'a', function: { name: 'f', arguments: '' } }),
        call(0, { id: '', function: { name: '', arguments: '{"x":1}' } }),
      ],
      [['a', '{"x":1}']],
    ],
    [
      'ids and names that are repeated',
      [
        call(0, { id: 'a', function: { name: 'f', arguments: '{"x"' } }),
        call(0, { id: 'a', function: { name: 'f', arguments: ':1}' } }),
      ],
      [['a', '{"x":1}']],
    ],
    [
      'all calls on index 0',
      [
        call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }),
        call(0, { id: 'b', function: { name: 'f', arguments: '{"y":2}' } }),
      ],
      [
        ['a', '{}'],
        ['b', '{"y":2}'],
      ],
    ],
    [
      'no index at all',
      [
        call(undefined, { id: 'a', function: { name: 'f', arguments: '{"x"' } }),
        call(undefined, { function: { arguments: ':1}' } }),
        call(undefined, { id: 'b', function: { name: 'g', arguments: '{}' } }),
      ],
      [
        ['a', '{"x":1}'],
        ['b', '{}'],
      ],
    ],
    ['no arguments', [call(0, { id: 'a', function: { name: 'f', arguments: '' } })], [['a', '{}']]],
    ['arguments that are null', [call(0, { id: 'a', function: { name: 'f', arguments: null } })], [['a', '{}']]],
    [
      'arguments as an object',
      [call(0, { id: 'a', function: { name: 'f', arguments: { x: 1 } } })],
      [['a', '{"x":1}']],
    ],
    ['no ids', [call(0, { function: { name: 'f', arguments: '{}' } })], [['call_1', '{}']]],
    [
      'a name that comes after the arguments',
      [call(0, { id: 'a', function: { arguments: '{"x"' } }), call(0, { function: { name: 'f', arguments: ':1}' } })],
      [['a', '{"x":1}']],
    ],
  ])('with %s are read', (_, pieces, expected) => {
    const { content, stopReason } = first(read([...pieces, stop('stop'), DONE]));
    expect(content.map((part) => (part.type === 'tool-call' ? [part.callId, part.input] : part.type))).toEqual(
      expected,
    );
    expect(stopReason).toBe('tool-calls');
  });
  it('of custom tools keep their text', () => {
    const reply = read([
      call(0, { id: 'a', type: 'custom', custom: { name: 'shell', input: 'l' } }),
      call(0, { custom: { input: 's' } }),
      stop('tool_calls'),
      DONE,
    ]);
    expect(first(reply).content).toEqual([
      { type: 'tool-call', callId: 'a', name: 'shell', input: 'ls', custom: true },
    ]);
  });
  it('in the deprecated form are calls like any other', () => {
    const reply = read([
      chunk({ function_call: { name: 'f', arguments: '{"x"' } }),
      chunk({ function_call: { arguments: ':1}' } }),
      stop('function_call'),
      DONE,
    ]);
    expect(first(reply)).toMatchObject({
      content: [{ type: 'tool-call', name: 'f', input: '{"x":1}' }],
      stopReason: 'tool-calls',
    });
  });
  it('that were cut are no finished calls', () => {
    expect(
      first(read([call(0, { id: 'a', function: { name: 'f', arguments: '{"x' } }), stop('length'), DONE])).stopReason,
    ).toBe('length');
  });
  it("without any call a vendor's tool_calls is a plain stop", () => {
    expect(first(read([chunk({ content: 'x' }), stop('tool_calls'), DONE])).stopReason).toBe('stop');
  });
  it("carry Google's thought signature, bound to the API that gave it", () => {
    const reply = read([
      call(0, {
        id: 'a',
        function: { name: 'f', arguments: '{}' },
        extra_content: { google: { thought_signature: 'c2ln' } },
      }),
      stop(),
      DONE,
    ]);
    expect(first(reply).content).toMatchObject([
      { signature: 'c2ln', origin: { format: 'openai-chat', provider: 'acme' } },
    ]);
  });
});

describe('other kinds of pieces', () => {
  it('reasoning, by either name, ends when text begins', () => {
    for (const field of ['reasoning_content', 'reasoning']) {
      const events = decode([
        chunk({ [field]: 'Hm', content: null }),
        chunk({ [field]: 'm.' }),
        chunk({ content: 'Yes' }),
        stop(),
        DONE,
      ]);
      expect(kinds(events)).toEqual([
        'reply-start',
        'part-start',
        'reasoning-delta',
        'reasoning-delta',
        'part-end',
        'part-start',
        'text-delta',
        'part-end',
        'choice-end',
        'reply-end',
      ]);
      expect(first(collect(events)).content).toEqual([
        { type: 'reasoning', text: 'Hmm.' },
        { type: 'text', text: 'Yes' },
      ]);
    }
  });
  it('list content of thinking and text, https://docs.mistral.ai/capabilities/reasoning', () => {
    const thinking = (text: string): Json =>
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] });
    expect(
      first(
        read([
          thinking('Hm'),
          thinking('m.'),
          chunk({ content: [{ type: 'text', text: 'Ye' }] }),
          chunk({ content: 's' }),
          stop(),
          DONE,
        ]),
      ).content,
    ).toEqual([
      { type: 'reasoning', text: 'Hmm.' },
      { type: 'text', text: 'Yes' },
    ]);
  });
  it('a refusal', () => {
    expect(first(read([chunk({ refusal: 'N' }), chunk({ refusal: 'o.' }), stop(), DONE]))).toMatchObject({
      content: [{ type: 'refusal', text: 'No.' }],
      stopReason: 'refusal',
    });
  });
  it('audio, https://platform.openai.com/docs/guides/audio', () => {
    const reply = read([
      chunk({ audio: { id: 'audio_x' } }),
      chunk({ audio: { transcript: 'H' } }),
      chunk({ audio: { data: 'AA' } }),
      chunk({ audio: { data: 'BB', transcript: 'i' } }),
      chunk({ audio: { expires_at: 9 } }),
      stop(),
      DONE,
    ]);
    expect(first(reply).content).toMatchObject([
      {
        type: 'audio',
        id: 'audio_x',
        transcript: 'Hi',
        expiresAt: 9,
        source: { data: 'AABB', mediaType: 'audio/wav' },
      },
    ]);
  });
  it('images', () => {
    expect(
      first(
        read([
          chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }),
          stop(),
          DONE,
        ]),
      ).content,
    ).toMatchObject([{ type: 'image', source: { kind: 'base64', data: 'AAAA' } }]);
  });
  it('citations', () => {
    const citation = {
      type: 'url_citation',
      url_citation: { url: 'https://example.com', title: 'T', start_index: 0, end_index: 1 },
    };
    expect(
      first(read([chunk({ content: 'x' }), chunk({ annotations: [citation] }), stop(), DONE])).content,
    ).toMatchObject([{ text: 'x', annotations: [{ kind: 'url', url: 'https://example.com', start: 0, end: 1 }] }]);
  });
  it('sources beside the answer become citations of its text, https://docs.perplexity.ai/api-reference/chat-completions-post', () => {
    const sources = {
      citations: ['https://example.com/a'],
      search_results: [{ title: 'A', url: 'https://example.com/a' }],
    };
    const annotations = [{ kind: 'url', url: 'https://example.com/a', title: 'A' }];
    const streamed = read([chunk({ content: 'x' }, {}, sources), stop('stop', sources), DONE]);
    expect(first(streamed).content).toEqual([{ type: 'text', text: 'x', annotations }]);
    const whole = { ...head, choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }], ...sources };
    expect(openaiChat.client.parse(whole, callFor(), exchange())).toMatchObject({
      choices: [{ content: [{ annotations }] }],
    });
  });
  it('logprobs', () => {
    const content = [
      { token: 'x', logprob: -1, bytes: [120], top_logprobs: [{ token: 'y', logprob: -2, bytes: null }] },
    ];
    expect(
      first(read([chunk({ content: 'x' }, { logprobs: { content, refusal: null } }), stop(), DONE])).logprobs,
    ).toEqual({ content });
  });
  it('several choices, interleaved', () => {
    const of = (index: number, delta: Json, finish: string | null = null): Json => ({
      ...head,
      choices: [{ index, delta, finish_reason: finish }],
    });
    const reply = read([
      of(1, { content: 'b' }),
      of(0, { content: 'a' }),
      of(1, {}, 'length'),
      of(0, { content: 'A' }),
      of(0, {}, 'stop'),
      DONE,
    ]);
    expect(reply.choices).toMatchObject([
      { content: [{ text: 'aA' }], stopReason: 'stop' },
      { content: [{ text: 'b' }], stopReason: 'length' },
    ]);
  });
  it('filter results of the prompt come in a first chunk that names nothing, https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter', () => {
    const reply = read([
      { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
      chunk({ content: 'x' }),
      chunk({}, { finish_reason: 'stop', content_filter_results: { hate: { filtered: false } } }),
      DONE,
    ]);
    expect(reply).toMatchObject({
      id: 'chatcmpl-x',
      model: 'm',
      native: { 'openai-chat': { prompt_filter_results: [{ prompt_index: 0 }] } },
    });
    expect(first(reply).native).toEqual({ 'openai-chat': { content_filter_results: { hate: { filtered: false } } } });
  });
  it('citations that a search API repeats in each chunk are told once, and again only when they changed', () => {
    const cited = (delta: Json, citations: string[]): Json => chunk(delta, {}, { citations });
    const events = decode([cited({ content: 'a' }, ['x']), cited({ content: 'b' }, ['x']), stop(), DONE]);
    expect(events.filter((event) => 'native' in event && event.native !== undefined)).toHaveLength(1);
    expect(
      decode([cited({ content: 'a' }, ['x']), cited({ content: 'b' }, ['x', 'y']), stop(), DONE]).at(-1),
    ).toMatchObject({ type: 'reply-end', native: { 'openai-chat': { citations: ['x', 'y'] } } });
  });
});

describe('a whole answer reads the same', () => {
  it('as its stream', () => {
    const message = {
      role: 'assistant',
      content: 'Yes',
      refusal: null,
      reasoning_content: 'Hm',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
    };
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const whole = openaiChat.client.parse(
      {
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
        usage,
      },
      callFor(compatible()),
      exchange(),
    );
    const streamed = read([
      chunk({ role: 'assistant', reasoning_content: 'Hm' }),
      chunk({ content: 'Yes' }),
      call(0, { id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      stop('stop', { usage }),
      DONE,
    ]);
    expect(isFault(whole)).toBe(false);
    expect(streamed).toEqual(whole);
  });
});
