import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAT_FORMATS } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { type Stage, stage } from '../kit/stage.ts';

const PROMPT = 'Once upon a time';

describe.each(HOST_NAMES)('completions of openai, on %s', (host) => {
  let at: Stage;
  let openai: OpenAI;
  beforeAll(async () => {
    at = await stage(host, { config: { allowDirect: true } });
    openai = new OpenAI({ apiKey: 'k', baseURL: `${at.url}/v1`, maxRetries: 0 });
  });
  afterAll(() => at.close());

  describe.each(CHAT_FORMATS)('to a chat model of %s', (upstream) => {
    it('reads the text and the usage', async () => {
      const model = at.model(upstream, 'sim-echo');
      const whole = await openai.completions.create({ model, prompt: PROMPT, max_tokens: 50 });
      expect(whole.choices.map(({ text, finish_reason }) => [text, finish_reason])).toEqual([[PROMPT, 'stop']]);
      expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
    });

    it('reads the stream', async () => {
      const model = at.model(upstream, 'sim-echo');
      const stream = await openai.completions.create({ model, prompt: PROMPT, max_tokens: 50, stream: true });
      let [text, finish]: [string, string | null] = ['', null];
      for await (const { choices } of stream) {
        text += choices[0]?.text ?? '';
        finish = choices[0]?.finish_reason ?? finish;
      }
      expect([text, finish]).toEqual([PROMPT, 'stop']);
    });

    it('raises its own errors', async () => {
      const asked = openai.completions.create({ model: at.model(upstream, 'sim+r429'), prompt: PROMPT });
      await expect(asked).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    });
  });
});
