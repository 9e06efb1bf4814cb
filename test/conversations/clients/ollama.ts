import { maybeObjects, object, text } from '../read/json.ts';
import type { Client, Habit } from './client.ts';

const tool = (name: string) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] } },
});

export function ollamaClient(habit: Habit): Client {
  const messages: object[] = [];
  return {
    body: () => ({
      messages: [...messages],
      tools: [tool('look'), tool('listen')],
      think: true,
      options: { num_predict: 9000 },
    }),
    say: (said) => void messages.push({ role: 'user', content: said }),
    keep(answer) {
      const message = object(answer.message, 'message');
      const calls = maybeObjects(message.tool_calls, 'tool_calls');
      const { content, tool_calls } = message;
      messages.push(
        habit === 'echoing' ? message : { role: 'assistant', content, ...(calls.length === 0 ? {} : { tool_calls }) },
      );
      return calls.map((call) => ({
        id: call.id === undefined ? undefined : text(call.id, 'id'),
        name: text(object(call.function, 'function').name, 'name'),
      }));
    },
    report(calls, outcome) {
      for (const { id, name } of calls)
        messages.push({
          role: 'tool',
          content: outcome,
          tool_name: name,
          ...(id === undefined ? {} : { tool_call_id: id }),
        });
    },
  };
}
