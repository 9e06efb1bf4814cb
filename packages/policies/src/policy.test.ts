import type { ChatRequest, PolicyRequest } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { policy } from './policy.ts';

const user = (text: string): ChatRequest => ({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] });

interface Timer {
  readonly ms: number;
  readonly expire: () => void;
  stopped: boolean;
}

function request(chat: ChatRequest | undefined, more: Partial<PolicyRequest> = {}) {
  const timers: Timer[] = [];
  const made: PolicyRequest = {
    caller: 'ann',
    tags: [],
    stream: false,
    reasoning: false,
    input: 20,
    output: 0,
    header: () => undefined,
    chat: () => chat,
    after(ms, expire) {
      const timer = { ms, expire, stopped: false };
      timers.push(timer);
      return () => {
        timer.stopped = true;
      };
    },
    ...more,
  };
  return { made, timers };
}

const auto = (more: object = {}) => policy({ among: ['small', 'big'], ...more });

describe('what a policy reads', () => {
  it('is what the request asks for, and none of its words', () => {
    const chat: ChatRequest = {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'You are helpful.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Hello there.' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Was ist auf dem Bild?' },
            { type: 'image', source: { kind: 'url', url: 'https://x.test/i.png' } },
          ],
        },
      ],
      tools: [{ type: 'function', name: 'look' }],
      responseFormat: { type: 'json-schema', schema: {} },
    };
    expect(auto().read(request(chat, { reasoning: true, input: 812 }).made)).toEqual({
      task: 'chat',
      language: 'de',
      tools: 1,
      images: 1,
      length: 812,
      turns: 2,
      json: true,
      reasoning: 3,
    });
  });

  it('of a long prompt is what stands at its beginning or at its end', () => {
    const filler = 'lorem ipsum dolor sit amet '.repeat(2_000);
    for (const text of [`Translate this to German: ${filler}`, `${filler} Translate this to German, please.`])
      expect(auto().read(request(user(text)).made)).toMatchObject({ task: 'translation' });
  });

  it('is little where there is no chat', () => {
    expect(auto().read(request(undefined).made)).toMatchObject({ task: 'chat', language: 'und', length: 20 });
  });

  it('has the bounds of the headers in nano-dollars and milliseconds', () => {
    const headers: Record<string, string> = {
      'x-postern-max-cost': '0.0015',
      'x-postern-max-latency': '1.5s',
      'x-postern-min-tier': '3',
    };
    expect(auto().read(request(user('x'), { header: (name) => headers[name] }).made)).toMatchObject({
      bounds: { maxCost: 1_500_000, maxLatency: 1_500, minTier: 3 },
    });
  });

  it('has those tags of the caller that a rule goes by', () => {
    const rules = [{ when: { tag: ['paid', 'trial'] }, minTier: 1 }];
    expect(auto({ rules }).read(request(user('x'), { tags: ['paid', 'eu'] }).made)).toMatchObject({ tags: ['paid'] });
  });
});

describe('a classifier', () => {
  const read = async (classify: unknown, after?: (timers: readonly Timer[]) => void) => {
    const { made, timers } = request(user('Write a Python function.'));
    const reading = auto({ classify, classifyWithin: '50ms' }).read(made);
    after?.(timers);
    return { view: await reading, timers };
  };

  it('says the task in place of the words, at once or later', async () => {
    let seen: unknown;
    const classify = (asked: unknown) => {
      seen = asked;
      return 'poetry';
    };
    expect((await read(classify)).view).toMatchObject({ task: 'poetry', classifier: 'said' });
    expect(seen).toMatchObject({ text: 'Write a Python function.', caller: 'ann', features: { task: 'code' } });
    const later = await read(async () => 'poetry');
    expect(later.view).toMatchObject({ task: 'poetry', classifier: 'said' });
    expect(later.timers).toMatchObject([{ ms: 50, stopped: true }]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['gives no label', () => undefined],
    ['gives a text for a label', () => 'x'.repeat(65)],
  ])('that %s leaves it to the words', async (_how, classify) => {
    expect((await read(classify)).view).toMatchObject({ task: 'code', classifier: 'failed' });
  });

  it('that takes too long is not waited for', async () => {
    const { view } = await read(
      () => new Promise(() => {}),
      ([timer]) => timer?.expire(),
    );
    expect(view).toMatchObject({ task: 'code', classifier: 'too slow' });
  });
});
