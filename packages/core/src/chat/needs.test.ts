import { describe, expect, it } from 'vitest';
import { needsOf, textLength } from './needs.ts';
import type { Part } from './parts.ts';
import type { ChatRequest, Role } from './request.ts';

const asked = (part: Part, role: Role = 'user'): ChatRequest => ({
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    { role, content: [part] },
  ],
});
const bytes = (mediaType: string) => ({ kind: 'base64', data: 'AAAA', mediaType }) as const;
const tool = { type: 'function', name: 'look' } as const;
const hello: ChatRequest = { messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }] };

describe('what a request needs of a model', () => {
  it.each<[string, ChatRequest, object]>([
    ['nothing for text', hello, {}],
    ['vision for an image', asked({ type: 'image', source: bytes('image/png') }), { vision: 'messages.1' }],
    [
      'vision for an image in a tool result',
      asked(
        {
          type: 'tool-result',
          callId: 'c',
          content: [{ type: 'image', source: { kind: 'url', url: 'https://a.test' } }],
        },
        'tool',
      ),
      { vision: 'messages.1' },
    ],
    ['nothing for an image that the model made', asked({ type: 'image', source: bytes('image/png') }, 'assistant'), {}],
    ['pdf for a PDF', asked({ type: 'file', source: bytes('application/pdf') }), { pdf: 'messages.1' }],
    ['nothing for a text file', asked({ type: 'file', source: bytes('text/plain') }), {}],
    ['audio', asked({ type: 'audio', source: bytes('audio/wav') }), { audio: 'messages.1' }],
    ['tools for a tool', { ...hello, tools: [tool] }, { tools: 'tools' }],
    ['nothing for a tool that must not be called', { ...hello, tools: [tool], toolChoice: { type: 'none' } }, {}],
    [
      'a tool choice',
      { ...hello, tools: [tool], toolChoice: { type: 'tool', name: 'look' } },
      { tools: 'tools', toolChoice: 'tool_choice' },
    ],
    ['a schema', { ...hello, responseFormat: { type: 'json-schema', schema: {} } }, { jsonSchema: 'response_format' }],
    ['nothing for JSON without a schema', { ...hello, responseFormat: { type: 'json' } }, {}],
    ['nothing for reasoning', { ...hello, reasoning: { effort: 'high' } }, {}],
  ])('is %s', (_, request, needs) => {
    expect(Object.fromEntries(needsOf(request))).toEqual(needs);
  });

  it('is no text of media', () => {
    expect(textLength(asked({ type: 'image', source: bytes('image/png') }))).toBe('Be brief.'.length);
  });
});
