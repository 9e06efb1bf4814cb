import type { AnswerView, ChoiceView, ErrorView, UsageView } from '../neutral.ts';
import { count, filled, given, type Json, list, maybeObjects, object, text, wrong } from './json.ts';

/** A moment as Go writes one. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What every answer and every line has. */
export function ollamaHead(body: Json, at: string): string {
  if (!MOMENT.test(text(body.created_at, `${at}.created_at`))) wrong(`${at}.created_at`, 'must be a moment', body);
  return filled(body.model, `${at}.model`);
}

/** An answer of `/api/chat`. Source: https://docs.ollama.com/api/chat */
export function ollamaAnswer(value: unknown): AnswerView {
  const body = object(value, 'body');
  if (body.done !== true) wrong('done', 'must be true', body);
  return given({
    // The format has none.
    id: '',
    model: ollamaHead(body, 'body'),
    choices: [choiceView(body)],
    usage: usageOf(body),
  }) as AnswerView;
}

function choiceView(body: Json): ChoiceView {
  const message = object(body.message, 'message');
  if (message.role !== 'assistant') wrong('message.role', 'must be assistant', message);
  return given({
    text: text(message.content, 'message.content'),
    thought: message.thinking === undefined ? '' : filled(message.thinking, 'message.thinking'),
    refusal: '',
    calls: maybeObjects(message.tool_calls, 'message.tool_calls').map((call, index) => {
      const called = object(call.function, 'tool_calls.function');
      return {
        id: call.id === undefined ? `${index}` : filled(call.id, 'tool_calls.id'),
        name: filled(called.name, 'tool_calls.function.name'),
        input: object(called.arguments, 'tool_calls.function.arguments'),
      };
    }),
    images: list(message.images ?? [], 'message.images').map(
      (data) => `data:image/png;base64,${filled(data, 'image')}`,
    ),
    citations: [],
    stop: text(body.done_reason, 'done_reason'),
    logprobs:
      body.logprobs === undefined
        ? undefined
        : maybeObjects(body.logprobs, 'logprobs').map(({ token, logprob }) => ({
            token: text(token, 'token'),
            logprob: Number(logprob),
          })),
  }) as ChoiceView;
}

function usageOf(body: Json): UsageView | undefined {
  if (body.prompt_eval_count === undefined && body.eval_count === undefined) return undefined;
  return {
    input: count(body.prompt_eval_count, 'prompt_eval_count'),
    output: count(body.eval_count, 'eval_count'),
  };
}

/** Source: https://docs.ollama.com/api/errors. There is no word for the kind besides the status. */
export function ollamaError(value: unknown): ErrorView {
  const body = object(value, 'body');
  if (Object.keys(body).join() !== 'error') wrong('error', 'must stand alone', body);
  return { message: filled(body.error, 'error'), type: 'error' };
}
