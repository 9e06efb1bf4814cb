import type { Answer, AnswerPart, Finish, ToolPart } from '../../answer/answer.ts';
import type { Saying } from '../format.ts';
import { isGenerate } from './read.ts';

/** Source: ollama/ollama llm/server.go (DoneReason): an answer ends by itself or by its limit; calls, refusals and filters have no word of their own. */
const DONE: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  tools: 'stop',
  refusal: 'stop',
  filtered: 'stop',
};

/** The members that the body and every line begin with. */
export function headOf(saying: Saying): Record<string, unknown> {
  return {
    model: saying.ask.model,
    created_at: new Date(saying.created * 1000).toISOString(),
    ...(saying.script.faults.has('paralleltools') ? { x_vendor: { shard: 7, trace: null } } : {}),
  };
}

/** What is said: in `message` of a chat, at the top of a generated text. */
export function said(
  saying: Saying,
  words: { readonly content?: string } & Record<string, unknown>,
): Record<string, unknown> {
  const { content = '', ...more } = words;
  return isGenerate(saying.received)
    ? { response: content, ...more }
    : { message: { role: 'assistant', content, ...more } };
}

/** How it ended and what it took. Source: https://docs.ollama.com/api/usage; durations in ns. */
export function ending(saying: Saying, answer: Answer): Record<string, unknown> {
  const { usage } = saying;
  const prompt = (usage?.input ?? 0) + (usage?.cachedInput ?? 0) + (usage?.cacheWrite ?? 0);
  return {
    done: true,
    done_reason: DONE[answer.finish],
    total_duration: 4_883_583_458,
    load_duration: 1_334_875,
    ...(usage === undefined
      ? {}
      : {
          prompt_eval_count: prompt,
          prompt_eval_duration: 342_546_000,
          eval_count: usage.output,
          eval_duration: 4_535_599_000,
        }),
  };
}

/** Calls cut by the token limit have no whole arguments and are left out. */
export const wholeCalls = (answer: Answer): ToolPart[] =>
  answer.parts.filter((part) => part.kind === 'tool').filter((part) => part.whole);

/** Arguments are an object. Newer servers give calls an id (the word `ids`). Source: https://docs.ollama.com/capabilities/tool-calling */
export const toolCall = (saying: Saying, call: ToolPart, index: number): Record<string, unknown> => ({
  ...(saying.script.words.has('ids') ? { id: `call_${call.id.slice(0, 8).toLowerCase()}` } : {}),
  function: { ...(saying.script.words.has('ids') ? { index } : {}), name: call.name, arguments: call.input },
});

/** The text of a part that is shown as words; undefined for others. */
function wordsIn(part: AnswerPart): { readonly content: string } | { readonly thinking: string } | undefined {
  if (part.kind === 'text' || part.kind === 'refusal') return { content: part.tokens.join('') };
  return part.kind === 'reasoning' && part.form === 'shown' ? { thinking: part.tokens.join('') } : undefined;
}

/** A whole answer. Source: https://docs.ollama.com/api/chat, https://docs.ollama.com/api/generate */
export function ollamaBody(saying: Saying): Record<string, unknown> {
  const answer = saying.answers[0] ?? { parts: [], finish: 'stop' };
  const words = answer.parts.map(wordsIn);
  const text = (name: 'content' | 'thinking'): string =>
    words.flatMap((part) => (part !== undefined && name in part ? Object.values(part) : [])).join('');
  const images = answer.parts.flatMap((part) => (part.kind === 'image' ? [part.base64] : []));
  const calls = wholeCalls(answer).map((call, index) => toolCall(saying, call, index));
  const thinking = text('thinking');
  return {
    ...headOf(saying),
    ...said(saying, {
      content: text('content'),
      ...(thinking === '' ? {} : { thinking }),
      ...(images.length === 0 ? {} : { images }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    }),
    ...ending(saying, answer),
  };
}
