import { object, objects, text } from '../read/json.ts';
import type { Client, Habit } from './client.ts';

const tool = (name: string) => ({
  name,
  parameters: { type: 'OBJECT', properties: { at: { type: 'STRING' } }, required: ['at'] },
});

export function geminiClient(habit: Habit): Client {
  const contents: object[] = [];
  return {
    body: () => ({
      contents: [...contents],
      tools: [{ functionDeclarations: [tool('look'), tool('listen')] }],
      generationConfig: { maxOutputTokens: 9000, thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } },
    }),
    say: (said) => void contents.push({ role: 'user', parts: [{ text: said }] }),
    keep(answer) {
      const [candidate] = objects(answer.candidates, 'candidates');
      const parts = objects(object(candidate?.content, 'content').parts, 'parts');
      const minimal = parts.flatMap(({ text: said, thought, functionCall }): object[] => {
        if (functionCall !== undefined) return [{ functionCall }];
        return said === undefined || said === '' || thought === true ? [] : [{ text: said }];
      });
      contents.push({ role: 'model', parts: habit === 'echoing' ? parts : minimal });
      const calls = parts.flatMap((part) =>
        part.functionCall === undefined ? [] : [object(part.functionCall, 'functionCall')],
      );
      return calls.map(({ id, name }) => ({
        id: id === undefined ? undefined : text(id, 'id'),
        name: text(name, 'name'),
      }));
    },
    report(calls, outcome) {
      const parts = calls.map(({ id, name }) => ({
        functionResponse: { ...(id === undefined ? {} : { id }), name, response: { result: outcome } },
      }));
      contents.push({ role: 'user', parts });
    },
  };
}
