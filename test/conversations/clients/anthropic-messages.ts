import { objects, text } from '../read/json.ts';
import type { Client, Habit } from './client.ts';

const tool = (name: string) => ({
  name,
  input_schema: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
});

export function anthropicClient(habit: Habit): Client {
  const messages: object[] = [];
  return {
    body: () => ({
      messages: [...messages],
      tools: [tool('look'), tool('listen')],
      thinking: { type: 'enabled', budget_tokens: 2000 },
      max_tokens: 9000,
    }),
    say: (said) => void messages.push({ role: 'user', content: said }),
    keep(answer) {
      const blocks = objects(answer.content, 'content');
      const calls = blocks.filter((block) => block.type === 'tool_use');
      const minimal = blocks.flatMap(({ type, text: said, id, name, input }): object[] => {
        if (type === 'text') return [{ type, text: said }];
        return type === 'tool_use' ? [{ type, id, name, input }] : [];
      });
      messages.push({ role: 'assistant', content: habit === 'echoing' ? blocks : minimal });
      return calls.map((call) => ({ id: text(call.id, 'id'), name: text(call.name, 'name') }));
    },
    report(calls, outcome) {
      messages.push({
        role: 'user',
        content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: outcome })),
      });
    },
  };
}
