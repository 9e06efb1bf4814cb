import { objects, text } from '../read/json.ts';
import type { Client, Habit } from './client.ts';

const tool = (name: string) => ({
  type: 'function',
  name,
  strict: false,
  parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
});

/** The items that an agent keeps which knows of messages and calls only. */
const KEPT = ['message', 'function_call'];

export function responsesClient(habit: Habit): Client {
  const input: object[] = [];
  return {
    // Stateless, as the guide to reasoning says: https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items
    body: () => ({
      input: [...input],
      tools: [tool('look'), tool('listen')],
      reasoning: { effort: 'low' },
      store: false,
      include: ['reasoning.encrypted_content'],
      max_output_tokens: 9000,
    }),
    say: (said) => void input.push({ role: 'user', content: said }),
    keep(answer) {
      const output = objects(answer.output, 'output');
      const kept = output.filter((item) => KEPT.includes(String(item.type)));
      input.push(...(habit === 'echoing' ? output : kept.map(({ id: _, ...item }) => item)));
      const calls = output.filter((item) => item.type === 'function_call');
      return calls.map((call) => ({ id: text(call.call_id, 'call_id'), name: text(call.name, 'name') }));
    },
    report(calls, outcome) {
      for (const { id } of calls) input.push({ type: 'function_call_output', call_id: id, output: outcome });
    },
  };
}
