import { describe, expect, it } from 'vitest';
import { simDispatcher } from '../index.ts';
import { SCRIPT_WORDS } from '../script/options.ts';
import { CHATS, FORMATS, KEYS } from '../testing/client.ts';

const never = new AbortController().signal;
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const TOOLS = {
  'openai-chat': { tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
  'anthropic-messages': { tools: [{ name: 'f', input_schema: schema }] },
  ollama: { tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
  gemini: { tools: [{ functionDeclarations: [{ name: 'f', parameters: schema }] }] },
  cohere: { tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
  'openai-responses': { tools: [{ type: 'function', name: 'f', parameters: schema }] },
};
const LIMITS = {
  'openai-chat': { max_tokens: 13 },
  'anthropic-messages': { max_tokens: 13 },
  ollama: { options: { num_predict: 13 } },
  gemini: { generationConfig: { maxOutputTokens: 13 } },
  cohere: { max_tokens: 13 },
  'openai-responses': { max_output_tokens: 16 },
};
const SCRIPTS = [
  ...Object.keys(SCRIPT_WORDS),
  'reasoning-tools',
  'text-5-tools',
  'usage-priority',
  'tools+paralleltools',
  'reasoning-20-refusal',
];

/** Output tokens as the last usage of an answer gives them. */
function billed(text: string): number {
  const numbers = (name: string) =>
    [...text.matchAll(new RegExp(`"${name}":(\\d+)`, 'g'))].map((found) => Number(found[1]));
  const last = (name: string) => numbers(name).at(-1) ?? 0;
  return (
    last('completion_tokens') +
    last('output_tokens') +
    last('candidatesTokenCount') +
    last('thoughtsTokenCount') +
    last('eval_count')
  );
}

describe('tokens written = tokens billed = tokens in the log, in streams and in bodies', () => {
  for (const format of FORMATS) {
    for (const script of SCRIPTS.filter((word) => word !== 'nousage' && word !== 'zerousage')) {
      for (const limit of [{}, LIMITS[format]]) {
        it(`${format}: ${script}${limit === LIMITS[format] ? ', limited' : ''}`, async () => {
          const dispatcher = simDispatcher();
          const outputs: (number | undefined)[] = [];
          for (const stream of [true, false]) {
            const { path, body } = CHATS[format](`sim-${script}`, stream, { ...TOOLS[format], ...limit });
            const answer = await dispatcher.dispatch(
              { method: 'POST', origin: 'https://x', path, headers: KEYS, body: JSON.stringify(body) },
              never,
            );
            let text = '';
            for await (const bytes of answer.body) text += Buffer.from(bytes).toString();
            expect([answer.status, text]).toEqual([200, text]);
            const call = dispatcher.calls.at(-1);
            outputs.push(call?.usage?.output, call?.emitted, billed(text));
          }
          expect(new Set(outputs).size, JSON.stringify(outputs)).toBe(1);
        });
      }
    }
  }
});
