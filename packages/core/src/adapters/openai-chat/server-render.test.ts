import { describe, expect, it } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply, Choice, StopReason } from '../../chat/reply.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import { encode, exchange } from './support.type-test.ts';

const reply = (content: Part[], more: Partial<Choice> = {}, rest: Partial<ChatReply> = {}): ChatReply => ({
  choices: [{ content, stopReason: 'stop', ...more }],
  ...rest,
});

function render(
  value: ChatReply,
  peek: Parameters<typeof exchange>[0] = {},
): { body: Json; choice: Json; message: Json; dropped: string[] } {
  const { body, dropped } = openaiChat.server.render(value, exchange(peek));
  const [choice] = (body as { choices: Json[] }).choices;
  return { body: body as Json, choice: choice ?? {}, message: choice?.['message'] as Json, dropped };
}
/** The message that a client adds up from the deltas of the first choice. */
function streamed(
  value: ChatReply,
  peek: Parameters<typeof exchange>[0] = {},
): { deltas: Json[]; finish: unknown[]; dropped: readonly string[] } {
  const { chunks, dropped } = encode(replyToEvents(value), peek);
  const choices = chunks.flatMap((chunk) => chunk['choices'] as Json[]);
  return {
    deltas: choices.map((choice) => choice['delta'] as Json),
    finish: choices.map((choice) => choice['finish_reason']).filter((reason) => reason !== null),
    dropped,
  };
}

describe('a whole answer', () => {
  it("has every field that OpenAI's schema requires, from the exchange when the provider gave none", () => {
    expect(render(reply([{ type: 'text', text: 'Hi' }])).body).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_780_000_000,
      model: 'smart',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
  });
  it('keeps what the provider said of itself', () => {
    const { body } = render(
      reply(
        [],
        {},
        {
          id: 'x',
          model: 'gpt-5.4-2026',
          created: 5,
          serviceTier: 'priority',
          systemFingerprint: 'fp',
          native: { 'openai-chat': { citations: ['https://example.com'] } },
        },
      ),
    );
    expect(body).toMatchObject({
      id: 'x',
      model: 'gpt-5.4-2026',
      created: 5,
      service_tier: 'priority',
      system_fingerprint: 'fp',
      citations: ['https://example.com'],
    });
  });
  it("has no service tier outside of OpenAI's words", () => {
    expect(render(reply([], {}, { serviceTier: 'standard' })).body['service_tier']).toBe('default');
    expect(render(reply([], {}, { serviceTier: 'batch' })).body).not.toHaveProperty('service_tier');
  });
  it('joins texts, and moves citations to their place in the whole', () => {
    const annotations = [{ kind: 'url' as const, url: 'https://example.com', title: 'T', start: 1, end: 3 }];
    const { message } = render(
      reply([
        { type: 'text', text: 'Hello ' },
        { type: 'text', text: 'world', annotations },
      ]),
    );
    expect(message).toMatchObject({
      content: 'Hello world',
      annotations: [
        {
          type: 'url_citation',
          url_citation: { start_index: 7, end_index: 9, url: 'https://example.com', title: 'T' },
        },
      ],
    });
  });
  it('lets a citation without positions stand for its whole text', () => {
    const { message } = render(
      reply([
        { type: 'text', text: 'Hello ' },
        { type: 'text', text: 'world', annotations: [{ kind: 'url', url: 'https://example.com' }] },
      ]),
    );
    expect(message['annotations']).toMatchObject([{ url_citation: { start_index: 6, end_index: 11, title: '' } }]);
  });
  it('has calls of functions and custom tools', () => {
    const { message, choice } = render(
      reply(
        [
          { type: 'tool-call', callId: 'a', name: 'f', input: '{}' },
          { type: 'tool-call', callId: 'b', name: 'g', input: 'ls', custom: true },
        ],
        { stopReason: 'tool-calls' },
      ),
    );
    expect(message).toMatchObject({
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'b', type: 'custom', custom: { name: 'g', input: 'ls' } },
      ],
    });
    expect(choice['finish_reason']).toBe('tool_calls');
  });
  it('has audio; a provider without audio ids gets one that is expired already', () => {
    const source = { kind: 'base64' as const, data: 'AAAA', mediaType: 'audio/wav' };
    expect(
      render(reply([{ type: 'audio', id: 'audio_x', source, transcript: 'Hi', expiresAt: 9 }])).message['audio'],
    ).toEqual({ id: 'audio_x', data: 'AAAA', transcript: 'Hi', expires_at: 9 });
    expect(render(reply([{ type: 'audio', source }])).message['audio']).toEqual({
      id: 'audio_2',
      data: 'AAAA',
      transcript: '',
      expires_at: 1_780_000_000,
    });
  });
  it('has images where compatible APIs have them', () => {
    expect(
      render(reply([{ type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } }])).message[
        'images'
      ],
    ).toEqual([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]);
  });
  it('has logprobs with both lists', () => {
    const content = [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }];
    expect(render(reply([], { logprobs: { content } })).choice['logprobs']).toEqual({ content, refusal: null });
  });
  it("reports what this format has no form for, and never shows the provider's own tool calls as the client's", () => {
    const { message, dropped } = render(
      reply([
        { type: 'server-tool-call', callId: 's', name: 'web_search', input: '{}' },
        { type: 'server-tool-result', callId: 's', name: 'web_search', content: [] },
        { type: 'native', format: 'gemini', name: 'executableCode', value: {} },
        { type: 'text', text: 'ok', annotations: [{ kind: 'document' }] },
      ]),
    );
    expect(message).not.toHaveProperty('tool_calls');
    expect(dropped).toEqual(['web_search', 'executableCode', 'annotation.document']);
  });
});

describe('the reason why a choice ended', () => {
  it.each<[StopReason, string]>([
    ['stop', 'stop'],
    ['stop-sequence', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['content-filter', 'content_filter'],
    ['refusal', 'content_filter'],
    ['pause', 'stop'],
    ['context-window', 'length'],
    ['other', 'stop'],
  ])('%s is %s, whole and streamed', (stopReason, word) => {
    const value = reply([{ type: 'text', text: 'x' }], { stopReason });
    expect(render(value).choice['finish_reason']).toBe(word);
    expect(streamed(value).finish).toEqual([word]);
  });
  it('a refusal in words has its field and an ordinary end; one without words is an answer that was withheld', () => {
    const value = reply([{ type: 'refusal', text: 'No.' }], { stopReason: 'refusal' });
    expect(render(value)).toMatchObject({
      message: { content: null, refusal: 'No.' },
      choice: { finish_reason: 'stop' },
    });
    expect(streamed(value).finish).toEqual(['stop']);
  });
  it("keeps the provider's own word beside OpenAI's", () => {
    expect(render(reply([], { stopReason: 'pause', nativeStopReason: 'pause_turn' })).choice).toMatchObject({
      finish_reason: 'stop',
      native_finish_reason: 'pause_turn',
    });
  });
});

describe('a client that speaks the deprecated functions', () => {
  const peek = { notes: { format: 'openai-chat', functions: true } };
  const value = reply(
    [
      { type: 'tool-call', callId: 'a', name: 'f', input: '{"x":1}' },
      { type: 'tool-call', callId: 'b', name: 'g', input: '{}' },
    ],
    { stopReason: 'tool-calls' },
  );
  it('gets function_call, and is told of a second call', () => {
    const { message, choice, dropped } = render(value, peek);
    expect(message).toMatchObject({ function_call: { name: 'f', arguments: '{"x":1}' } });
    expect(message).not.toHaveProperty('tool_calls');
    expect(choice['finish_reason']).toBe('function_call');
    expect(dropped).toEqual(['tool_calls']);
  });
  it('gets it on streams too', () => {
    const { deltas, finish, dropped } = streamed(value, peek);
    const pieces = deltas.flatMap((delta) =>
      delta['function_call'] === undefined ? [] : [delta['function_call'] as { name?: string; arguments: string }],
    );
    expect(pieces[0]?.name).toBe('f');
    expect(pieces.map((piece) => piece.arguments).join('')).toBe('{"x":1}');
    expect(deltas.some((delta) => 'tool_calls' in delta)).toBe(false);
    expect(finish).toEqual(['function_call']);
    expect(dropped).toEqual(['tool_calls']);
  });
});

describe('models', () => {
  it("are listed in OpenAI's form", () => {
    const entry = { id: 'fast', created: 1, ownedBy: 'acme' };
    expect(
      openaiChat.server.models?.([entry], { path: {}, query: new URLSearchParams(), header: () => undefined }),
    ).toEqual({ object: 'list', data: [{ id: 'fast', object: 'model', created: 1, owned_by: 'acme' }] });
    expect(openaiChat.server.model?.(entry)).toEqual({ id: 'fast', object: 'model', created: 1, owned_by: 'acme' });
  });
});
