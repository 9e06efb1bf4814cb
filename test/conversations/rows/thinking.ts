import { heard, type Row, says, turnsOf } from '../row.ts';

const ASK = 'Why is the sky blue?';
const openai = { messages: [{ role: 'user', content: ASK }] };
const anthropic = { messages: [{ role: 'user', content: ASK }] };
const gemini = { contents: [{ role: 'user', parts: [{ text: ASK }] }] };
const ollama = { messages: [{ role: 'user', content: ASK }] };
const turns = turnsOf(ASK);

/** Thinking asked for, shown and hidden; over turns it has tests of its own. */
export const THINKING: readonly Row[] = [
  {
    name: 'thinking that is shown',
    says: says({ openai, anthropic, gemini, ollama }),
    script: 'reasoning-12+echo',
    request: heard({ turns }),
    answer: { text: ASK },
  },
  {
    name: 'thinking that can not be read',
    says: says({ openai, anthropic, gemini, ollama }),
    script: 'redacted+echo',
    request: heard({ turns }),
    answer: { text: ASK },
  },
  {
    name: 'thinking and then a call',
    says: says({
      openai: { ...openai, tools: [{ type: 'function', function: { name: 'look_up' } }] },
      anthropic: { ...anthropic, tools: [{ name: 'look_up', input_schema: { type: 'object', properties: {} } }] },
      gemini: { ...gemini, tools: [{ functionDeclarations: [{ name: 'look_up' }] }] },
      ollama: {
        ...ollama,
        tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }],
      },
    }),
    script: 'reasoning-6+tools',
    request: heard({ turns, tools: [{ name: 'look_up' }] }),
    answer: { calls: [{ name: 'look_up', input: {} }], stop: 'tools' },
  },
  {
    name: 'much thinking',
    says: says({
      openai: { ...openai, max_completion_tokens: 30_000, reasoning_effort: 'high' },
      gemini: { ...gemini, generationConfig: { maxOutputTokens: 30_000, thinkingConfig: { thinkingLevel: 'HIGH' } } },
      ollama: { ...ollama, options: { num_predict: 30_000 }, think: 'high' },
    }),
    request: heard({ turns, maxTokens: 30_000, thinking: { effort: 'high' } }),
    answer: { text: ASK },
  },
  {
    name: 'thinking within a budget',
    says: says({
      anthropic: { ...anthropic, max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 4000 } },
      gemini: { ...gemini, generationConfig: { maxOutputTokens: 9000, thinkingConfig: { thinkingBudget: 4000 } } },
    }),
    request: heard({ turns, maxTokens: 9000, thinking: { budget: 4000 } }),
    answer: { text: ASK },
  },
  {
    name: 'no thinking',
    says: says({
      openai: { ...openai, reasoning_effort: 'none' },
      anthropic: { ...anthropic, thinking: { type: 'disabled' } },
      gemini: { ...gemini, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
      ollama: { ...ollama, think: false },
    }),
    request: heard({ turns, thinking: { off: true } }),
    answer: { text: ASK },
  },
  {
    name: 'thinking beside a forced tool',
    says: says({
      openai: {
        ...openai,
        max_completion_tokens: 30_000,
        reasoning_effort: 'low',
        tools: [{ type: 'function', function: { name: 'look_up' } }],
        tool_choice: 'required',
      },
    }),
    script: 'noargs',
    request: heard({
      turns,
      maxTokens: 30_000,
      thinking: { effort: 'low' },
      tools: [{ name: 'look_up' }],
      toolChoice: 'required',
    }),
    answer: { calls: [{ name: 'look_up', input: {} }], stop: 'tools' },
  },
];
