import { describe, expect, it } from 'vitest';
import type { MediaPart } from '../chat/parts.ts';
import type { ChatRequest, Role } from '../chat/request.ts';
import type { Exchange, Target } from './adapter.ts';
import { WIRE_FORMATS } from './format.ts';
import { ADAPTERS } from './index.ts';
import type { ProviderRow } from './provider-row.ts';

const exchange: Exchange = {
  id: 'r',
  created: 1,
  model: 'm',
  peek: { model: 'm', stream: false },
  newId: (prefix) => `${prefix}1`,
};
const SOURCES = [
  { kind: 'url', url: 'https://cdn.test/a' },
  { kind: 'url', url: 'https://cdn.test/a', mediaType: 'text/csv' },
  { kind: 'url', url: 'https://cdn.test/a', mediaType: 'application/pdf' },
  { kind: 'url', url: 'http://cdn.test/a' },
  { kind: 'url', url: 'https://youtu.be/a' },
] as const;
const TYPES = ['image', 'audio', 'video', 'file'] as const;
const MODELS = ['gemini-2.0-flash', 'gemini-3-pro', 'other'];
const ROWS: Partial<ProviderRow>[] = [
  { fidelity: 'exact' },
  { fidelity: 'compatible' },
  { fidelity: 'compatible', repairs: ['file-urls', 'images-in-tool-results'] },
];

const TARGETS = WIRE_FORMATS.flatMap((format) =>
  ROWS.flatMap((row) =>
    MODELS.map(
      (model): Target => ({
        provider: 'p',
        model,
        row: { format, auth: 'bearer', apiKeyEnv: [], serves: ['chat'], source: 'https://docs.test', ...row },
      }),
    ),
  ),
);
const MEDIA = TYPES.flatMap((type) => SOURCES.map((source): MediaPart => ({ type, source })));
const ROLES: readonly Role[] = ['system', 'developer', 'user', 'assistant', 'tool'];

/** A conversation with this medium in a message of this role. */
function holding(part: MediaPart, role: Role): ChatRequest {
  const call = { type: 'tool-call', callId: 'call_1', name: 'look', input: '{}' } as const;
  const content =
    role === 'tool' ? [{ type: 'tool-result' as const, callId: 'call_1', content: [part] }] : [{ ...part }];
  return {
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'look' }] },
      { role: 'assistant', content: [call] },
      { role, content },
    ],
  };
}

function refusalOf(chat: ChatRequest, target: Target): unknown {
  try {
    ADAPTERS[target.row.format].client.render(chat, target, exchange);
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

/** A prompt holds no conversation, so one with media is refused as a whole. */
const FORMATS = WIRE_FORMATS.filter((format) => format !== 'openai-completions');

describe.each(FORMATS)('media for %s', (format) => {
  const targets = TARGETS.filter(({ row }) => row.format === format);
  const cases = targets.flatMap((target) => ROLES.flatMap((role) => MEDIA.map((part) => ({ target, role, part }))));

  it('need to be fetched exactly where their URL is refused', () => {
    const { needsBytes } = ADAPTERS[format].client;
    const wrong = cases.filter(({ target, role, part }) => {
      const needed = needsBytes?.(part, role, target) === true;
      return needed !== (refusalOf(holding(part, role), target) === 'media_url_unsupported');
    });
    expect(wrong).toEqual([]);
    expect(cases.some(({ target, role, part }) => needsBytes?.(part, role, target))).toBe(needsBytes !== undefined);
  });

  it('are never refused as bytes', () => {
    const source = { kind: 'base64', data: 'AAAA', mediaType: 'text/plain' } as const;
    const wrong = cases.filter(({ target, role, part }) => refusalOf(holding({ ...part, source }, role), target));
    expect(wrong).toEqual([]);
  });
});
