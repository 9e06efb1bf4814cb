import { heard, type Row, says, turnsOf } from '../row.ts';

const ASK = 'Tell me a story.';
const openai = { messages: [{ role: 'user', content: ASK }] };
const anthropic = { messages: [{ role: 'user', content: ASK }] };
const gemini = { contents: [{ role: 'user', parts: [{ text: ASK }] }] };
const ollama = { messages: [{ role: 'user', content: ASK }] };
const bodies = says({ openai, anthropic, gemini, ollama });
const request = heard({ turns: turnsOf(ASK) });

/** How answers end, and what they cost. */
export const ENDINGS: readonly Row[] = [
  {
    name: 'an answer that the limit cut',
    case: 38,
    says: says({
      openai: { ...openai, max_completion_tokens: 5 },
      anthropic: { ...anthropic, max_tokens: 5 },
      gemini: { ...gemini, generationConfig: { maxOutputTokens: 5 } },
      ollama: { ...ollama, options: { num_predict: 5 } },
    }),
    script: 'text-20',
    request: heard({ turns: turnsOf(ASK), maxTokens: 5 }),
    answer: { stop: 'length' },
  },
  {
    name: "an answer that the model's own limit cut",
    says: bodies,
    script: 'text-20+length',
    request,
    answer: { stop: 'length' },
  },
  {
    name: 'an answer that a filter stopped',
    case: 38,
    says: bodies,
    script: 'text-20+filtered',
    request,
    answer: { stop: 'filtered' },
  },
  { name: 'a refusal', says: bodies, script: 'refusal', request, answer: { stop: 'refusal' } },
  { name: 'an empty answer', says: bodies, script: 'text-0', request, answer: { text: '' } },
  { name: 'usage of every class', says: bodies, script: 'text-8+usage', request, answer: {} },
  { name: 'usage of zero', says: bodies, script: 'echo+zerousage', request, answer: { text: ASK, usage: 'zero' } },
  { name: 'no usage', says: bodies, script: 'echo+nousage', request, answer: { text: ASK, usage: 'none' }, odd: true },
  {
    name: 'usage that comes twice',
    says: bodies,
    script: 'echo+double-usage',
    request,
    answer: { text: ASK },
    odd: true,
  },
  { name: 'a long answer of many events', says: bodies, script: 'text-300+crlf', request, answer: {} },
  { name: 'a citation', says: bodies, script: 'echo+citations', request, answer: { text: ASK } },
];
