import { maybeObjects, object, objects, text } from '../read/json.ts';
import type { Client, Habit } from './client.ts';

const tool = (name: string) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] } },
});

export function openAiClient(habit: Habit): Client {
  const messages: object[] = [];
  return {
    body: () => ({
      messages: [...messages],
      tools: [tool('look'), tool('listen')],
      reasoning_effort: 'low',
      max_completion_tokens: 9000,
    }),
    say: (said) => void messages.push({ role: 'user', content: said }),
    keep(answer) {
      const [choice] = objects(answer.choices, 'choices');
      const message = object(choice?.message, 'message');
      const calls = maybeObjects(message.tool_calls, 'tool_calls');
      const kept = calls.map(({ id, type, function: called }) => ({ id, type, function: called }));
      const minimal = {
        role: 'assistant',
        content: message.content,
        ...(kept.length === 0 ? {} : { tool_calls: kept }),
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
