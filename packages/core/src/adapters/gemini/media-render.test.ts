import { describe, expect, it } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { send } from './support.type-test.ts';

const user = (...content: Part[]): Message => ({ role: 'user', content });

describe('media', () => {
  const image = (url: string, more: object = {}): Message[] => [
    user({ type: 'image', source: { kind: 'url', url }, ...more }),
  ];
  const parts = (messages: Message[], model?: string): unknown =>
    (send({ messages }, model).body['contents'] as { parts: unknown }[])[0]?.parts;

  it.each([
    ['https://example.com/cat.PNG?x=1', { mimeType: 'image/png', fileUri: 'https://example.com/cat.PNG?x=1' }],
    ['https://example.com/cat', { fileUri: 'https://example.com/cat' }],
    ['https://youtu.be/abc', { fileUri: 'https://youtu.be/abc' }],
  ])('by the URL %s goes as a file URI', (url, fileData) => {
    expect(parts(image(url))).toEqual([{ fileData }]);
  });

  it('of a Cloud Storage URI goes as a file URI (case 68: gs:// image dropped)', () => {
    expect(
      parts([user({ type: 'image', source: { kind: 'file', fileId: 'gs://b/c.png', mediaType: 'image/png' } })]),
    ).toEqual([{ fileData: { mimeType: 'image/png', fileUri: 'gs://b/c.png' } }]);
  });

  it.each([
    ['plain http', image('http://example.com/cat.png'), undefined],
    ['a model before 2.5', image('https://example.com/cat.png'), 'gemini-2.0-flash'],
    ['a file of another provider', [user({ type: 'file', source: { kind: 'file', fileId: 'file-abc' } })], undefined],
  ] as [string, Message[], string | undefined][])('is refused for %s', (_, messages, model) => {
    expect(() => send({ messages }, model)).toThrow(
      expect.objectContaining({ code: 'media_url_unsupported', param: 'messages.0.content.0' }),
    );
  });

  it('of every kind goes inline, with the name of a document', () => {
    const source = (mediaType: string): { kind: 'base64'; data: string; mediaType: string } => ({
      kind: 'base64',
      data: 'AAAA',
      mediaType,
    });
    const messages = [
      user(
        { type: 'image', source: source('image/webp'), detail: 'auto' },
        { type: 'audio', source: source('audio/wav') },
        { type: 'video', source: source('video/mp4') },
        { type: 'file', source: source('application/pdf'), name: 'a.pdf' },
      ),
    ];
    expect(parts(messages)).toEqual([
      { inlineData: { mimeType: 'image/webp', data: 'AAAA' } },
      { inlineData: { mimeType: 'audio/wav', data: 'AAAA' } },
      { inlineData: { mimeType: 'video/mp4', data: 'AAAA' } },
      { inlineData: { mimeType: 'application/pdf', data: 'AAAA', displayName: 'a.pdf' } },
    ]);
  });

  it('reports a detail that can not be asked for', () => {
    expect(send({ messages: image('https://example.com/cat.png', { detail: 'high' }) }).dropped).toEqual([
      'messages.0.content.0.image_url.detail',
    ]);
  });
});
