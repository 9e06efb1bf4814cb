import { maybeObjects, object, text } from '../read/json.ts';
import type { Client, Habit } from './client.ts';

const tool = (name: string) => ({
  type: 'function',
  function: {
    name,
    description: `To ${name}.`,
    parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
  },
});

export function cohereClient(habit: Habit): Client {
  const messages: object[] = [];
  return {
    body: () => ({
      messages: [...messages],
      tools: [tool('look'), tool('listen')],
      thinking: { type: 'enabled', token_budget: 2000 },
      max_tokens: 9000,
    }),
    say: (said) => void messages.push({ role: 'user', content: said }),
    keep(answer) {
      const message = object(answer.message, 'message');
      const calls = maybeObjects(message.tool_calls, 'tool_calls');
      const said = maybeObjects(message.content, 'content').filter(({ type }) => type === 'text');
      const minimal = {
        role: 'assistant',
        ...(said.length === 0 ? {} : { content: said.map((block) => block.text).join('') }),
        ...(calls.length === 0
          ? {}
          : { tool_calls: calls.map(({ id, type, function: called }) => ({ id, type, function: called })) }),
      };
      messages.push(habit === 'echoing' ? message : minimal);
      return calls.map((call) => ({
        id: text(call.id, 'id'),
        name: text(object(call.function, 'function').name, 'name'),
      }));
    },
    report(calls, outcome) {
      for (const { id } of calls) messages.push({ role: 'tool', tool_call_id: id, content: outcome });
    },
  };
}
