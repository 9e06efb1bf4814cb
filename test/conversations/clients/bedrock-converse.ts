import { isObject, object, objects, text } from '../read/json.ts';
import type { Client, Habit } from './client.ts';

const tool = (name: string) => ({
  toolSpec: {
    name,
    inputSchema: { json: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] } },
  },
});

export function bedrockClient(habit: Habit): Client {
  const messages: object[] = [];
  return {
    body: () => ({
      messages: [...messages],
      toolConfig: { tools: [tool('look'), tool('listen')] },
      inferenceConfig: { maxTokens: 9000 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 } },
    }),
    say: (said) => void messages.push({ role: 'user', content: [{ text: said }] }),
    keep(answer) {
      const blocks = objects(object(object(answer.output, 'output').message, 'message').content, 'content');
      const minimal = blocks.filter((block) => block.text !== undefined || block.toolUse !== undefined);
      messages.push({ role: 'assistant', content: habit === 'echoing' ? blocks : minimal });
      const calls = blocks.map(({ toolUse }) => toolUse).filter(isObject);
      return calls.map((call) => ({ id: text(call.toolUseId, 'toolUseId'), name: text(call.name, 'name') }));
    },
    report(calls, outcome) {
      const content = calls.map(({ id }) => ({ toolResult: { toolUseId: id, content: [{ text: outcome }] } }));
      messages.push({ role: 'user', content });
    },
  };
}
