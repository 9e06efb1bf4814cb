import { describe, expect, test } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import type { ChatRequest, ReasoningOptions } from '../../chat/request.ts';
import type { Target } from '../adapter.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { capabilitiesOf } from './models.ts';
import { bodyOf, exchange, target } from './support.type-test.ts';

interface Told {
  thinking: unknown;
  effort: unknown;
  max_tokens: unknown;
  dropped: readonly string[];
  inserted: readonly string[];
}

function told(
  reasoning: ReasoningOptions,
  model: string,
  more: Partial<ChatRequest> = {},
  to: Partial<Target> = {},
): Told {
  const request: ChatRequest = {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    maxOutputTokens: 20_000,
    reasoning,
    ...more,
  };
  const upstream = anthropicMessages.client.render(request, target(model, to), exchange());
  const body = bodyOf(upstream);
  const config = body.output_config as Json | undefined;
  return {
    thinking: body.thinking,
    effort: config?.effort,
    max_tokens: body.max_tokens,
    dropped: upstream.dropped,
    inserted: upstream.inserted,
  };
}

describe('a turn that goes on after calls of another model', () => {
  const call: Part = { type: 'tool-call', callId: 'call_1', name: 'f', input: '{}' };
  const own: Part = { type: 'reasoning', text: 'Hm', signature: 'EqQB', origin: { format: 'anthropic-messages' } };
  const after = (...content: Part[]): Partial<ChatRequest> => ({
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content },
      { role: 'tool', content: [{ type: 'tool-result', callId: 'call_1', content: [] }] },
    ],
  });

  test('can not have a budget of thinking: the API wants it to begin with a block of its own', () => {
    expect(told({ enabled: true, budget: 2000 }, 'claude-sonnet-4-5', after(call))).toMatchObject({
      thinking: undefined,
      dropped: ['reasoning'],
    });
    expect(told({ enabled: true, budget: 2000 }, 'claude-sonnet-4-5', after(own, call))).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 2000 },
      dropped: [],
    });
  });

  test('may think adaptively', () => {
    expect(told({ enabled: true }, 'claude-opus-4-7', after(call)).thinking).toMatchObject({ type: 'adaptive' });
  });
});

/** Sources: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking, …/effort, and the pages on what is new in each model. */
describe('what a model takes is read from its name', () => {
  test.each([
    ['claude-3-5-haiku-20241022', 'none'],
    ['claude-3-7-sonnet-20250219', 'budget'],
    ['claude-sonnet-4-20250514', 'budget'],
    ['claude-opus-4-1-20250805', 'budget'],
    ['claude-opus-4-5-20251101', 'budget'],
    ['claude-haiku-4-5', 'budget'],
    ['claude-opus-4-6', 'adaptive'],
    ['anthropic.claude-sonnet-4-6-v1:0', 'adaptive'],
    ['claude-opus-4.7', 'adaptive'],
    ['claude-mythos-preview', 'adaptive'],
    ['claude-sonnet-5', 'adaptive'],
    ['claude-fable-5-1', 'adaptive'],
    ['claude-haiku-5-5-20261001', 'adaptive'],
    ['kimi-k3', 'budget'],
  ])('%s thinks by %s', (model, thinking) => {
    expect(capabilitiesOf(model).thinking).toBe(thinking);
  });

  test.each([
    ['claude-opus-5', 'disabled', true],
    ['claude-opus-5-5', undefined, false],
    ['claude-fable-5', undefined, true],
    ['claude-fable-5-1', undefined, false],
    ['claude-sonnet-5-5', 'between_tools', false],
    ['claude-haiku-5-5', 'disabled', true],
    ['claude-opus-4-8', 'disabled', true],
  ])('%s is switched off by %s and can be forced to call: %s', (model, off, forcedTools) => {
    expect(capabilitiesOf(model)).toMatchObject({ off, forcedTools });
  });
});

describe('an effort', () => {
  test('is adaptive thinking and an effort where the model knows both', () => {
    expect(told({ effort: 'high' }, 'claude-opus-4-8')).toMatchObject({
      thinking: { type: 'adaptive' },
      effort: 'high',
      dropped: [],
      inserted: [],
    });
  });

  test.each([
    ['minimal', 'claude-opus-5', 'low'],
    ['xhigh', 'claude-sonnet-4-6', 'high'],
    ['xhigh', 'claude-opus-4-7', 'xhigh'],
    ['max', 'claude-opus-4-6', 'max'],
  ] as const)('%s on %s is %s, and a changed word is listed', (effort, model, sent) => {
    expect(told({ effort }, model)).toMatchObject({
      effort: sent,
      inserted: effort === sent ? [] : [`output_config.effort=${sent}`],
    });
  });

  test('is a budget on older models', () => {
    expect(told({ effort: 'high' }, 'claude-sonnet-4-5')).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 16_384 },
      effort: undefined,
      max_tokens: 20_000,
      dropped: [],
    });
  });

  test("is a budget below the client's max_tokens", () => {
    expect(told({ effort: 'high' }, 'claude-sonnet-4-5', { maxOutputTokens: 4096 })).toMatchObject({
      thinking: { budget_tokens: 2048 },
      max_tokens: 4096,
    });
  });

  test('is dropped, and reported, where max_tokens leaves no room for the least budget', () => {
    expect(told({ effort: 'high' }, 'claude-sonnet-4-5', { maxOutputTokens: 1024 })).toMatchObject({
      thinking: undefined,
      dropped: ['reasoning_effort'],
    });
  });

  test('raises a max_tokens that was ours', () => {
    const request: ChatRequest = { messages: [], reasoning: { effort: 'high' } };
    const upstream = anthropicMessages.client.render(request, target('claude-sonnet-4-5'), exchange());
    expect(bodyOf(upstream)).toMatchObject({ thinking: { budget_tokens: 16_384 }, max_tokens: 24_576 });
    expect(upstream.inserted).toContain('max_tokens=24576');
  });

  test('is dropped, and reported, on models that do not think', () => {
    expect(told({ effort: 'low' }, 'claude-3-5-haiku-latest')).toMatchObject({
      thinking: undefined,
      dropped: ['reasoning_effort'],
    });
  });

  test('of the answer as a whole asks for no thinking', () => {
    expect(told({ effort: 'low', effortScope: 'answer' }, 'claude-opus-4-6')).toMatchObject({
      thinking: undefined,
      effort: 'low',
    });
    expect(told({ effort: 'low', effortScope: 'answer' }, 'claude-sonnet-4-5')).toMatchObject({
      effort: undefined,
      dropped: ['output_config.effort'],
    });
  });
});

describe('a budget', () => {
  test('is sent where the model takes one', () => {
    expect(told({ budget: 2000 }, 'claude-opus-4-6')).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 2000 },
    });
  });

  test.each([
    [1000, 'low'],
    [8192, 'medium'],
    [20_000, 'high'],
    [60_000, 'max'],
  ])('of %d is the effort %s where the model takes none', (budget, effort) => {
    expect(told({ budget }, 'claude-opus-5')).toMatchObject({ thinking: { type: 'adaptive' }, effort });
  });

  test('without end is thinking as the model likes', () => {
    expect(told({ budget: -1 }, 'claude-opus-5')).toMatchObject({ thinking: { type: 'adaptive' }, effort: undefined });
  });

  test("of the client that does not fit below the client's max_tokens is neither clamped nor sent, but reported", () => {
    expect(told({ budget: 30_000 }, 'claude-sonnet-4-5')).toMatchObject({
      thinking: undefined,
      max_tokens: 20_000,
      dropped: ['reasoning.budget'],
    });
  });

  test('may pass max_tokens with interleaved thinking', () => {
    const providerOptions = { anthropic: { betas: ['interleaved-thinking-2025-05-14'] } };
    expect(told({ budget: 30_000 }, 'claude-sonnet-4-5', { providerOptions })).toMatchObject({
      thinking: { budget_tokens: 30_000 },
      max_tokens: 20_000,
      dropped: [],
    });
  });
});

describe('no thinking', () => {
  test.each<[ReasoningOptions, string, unknown, string[]]>([
    [{ effort: 'none' }, 'claude-opus-4-6', undefined, []],
    [{ effort: 'none' }, 'claude-opus-5', { type: 'disabled' }, []],
    [{ effort: 'none' }, 'claude-sonnet-5-5', { type: 'between_tools' }, []],
    [{ effort: 'none' }, 'claude-opus-5-5', undefined, ['reasoning_effort']],
    [{ enabled: false }, 'claude-fable-5', undefined, ['reasoning']],
    [{ budget: 0 }, 'claude-haiku-5-5', { type: 'disabled' }, []],
    [{ enabled: false }, 'claude-sonnet-4-5', { type: 'disabled' }, []],
  ])('%j on %s', (reasoning, model, thinking, dropped) => {
    expect(told(reasoning, model)).toMatchObject({ thinking, dropped });
  });
});

describe('reasoning in the history', () => {
  const own = { format: 'anthropic-messages', provider: 'anthropic', model: 'claude-sonnet-4-5' };
  const history = (part: Part): { blocks: unknown; dropped: readonly string[] } => {
    const messages: ChatRequest['messages'] = [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hm.' }, part] },
      { role: 'user', content: [{ type: 'text', text: 'Go' }] },
    ];
    const upstream = anthropicMessages.client.render({ messages }, target(), exchange());
    return { blocks: (bodyOf(upstream).messages as Json[])[1]?.content, dropped: upstream.dropped };
  };

  test('case 62: goes back to its origin byte for byte, and first', () => {
    const signature = 'EqQBCgIYAhIM/+=1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk';
    expect(history({ type: 'reasoning', text: 'Let me think…', signature, origin: own })).toEqual({
      blocks: [
        { type: 'thinking', thinking: 'Let me think…', signature },
        { type: 'text', text: 'Hm.' },
      ],
      dropped: [],
    });
    expect(history({ type: 'reasoning', text: '', encrypted: 'EmwKAhgB', origin: own })).toMatchObject({
      blocks: [{ type: 'redacted_thinking', data: 'EmwKAhgB' }, {}],
      dropped: [],
    });
  });

  test.each<[string, Part]>([
    ['of another format', { type: 'reasoning', text: 'x', signature: 's', origin: { format: 'gemini' } }],
    [
      'of another provider',
      { type: 'reasoning', text: 'x', signature: 's', origin: { ...own, provider: 'elsewhere' } },
    ],
    ['of nobody', { type: 'reasoning', text: 'x', signature: 's' }],
    ['that is not signed', { type: 'reasoning', text: 'x', origin: own }],
  ])('%s is dropped and reported', (_name, part) => {
    expect(history(part)).toEqual({ blocks: 'Hm.', dropped: ['reasoning'] });
  });

  test('keeps its place among tool calls when it came so', () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'a', signature: '1', origin: own },
      { type: 'tool-call', callId: 'c', name: 'f', input: '{}' },
      { type: 'reasoning', text: 'b', signature: '2', origin: own },
      { type: 'text', text: 'z' },
    ];
    const upstream = anthropicMessages.client.render(
      { messages: [{ role: 'assistant', content: parts }] },
      target(),
      exchange(),
    );
    expect((bodyOf(upstream).messages as Json[])[0]?.content).toMatchObject([
      { type: 'thinking' },
      { type: 'tool_use' },
      { type: 'thinking' },
      { type: 'text' },
    ]);
  });
});
