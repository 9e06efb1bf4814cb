import type { AnswerView, CallView, ErrorView, UsageView } from '../neutral.ts';
import { count, filled, given, type Json, maybeObjects, object, objects, text, wrong } from './json.ts';

const STOPS = ['COMPLETE', 'STOP_SEQUENCE', 'MAX_TOKENS', 'TOOL_CALL', 'ERROR_TOXIC'];

/** An answer of the chat API. Source: https://docs.cohere.com/reference/chat */
export function cohereAnswer(value: unknown): AnswerView {
  const body = object(value, 'body');
  const stop = text(body.finish_reason, 'finish_reason');
  if (!STOPS.includes(stop)) wrong('finish_reason', 'must be a word of the format', stop);
  const message = object(body.message, 'message');
  if (message.role !== 'assistant') wrong('message.role', 'must be assistant', message);
  const blocks = maybeObjects(message.content, 'content');
  const words = (type: string): string =>
    blocks.map((block) => (block.type === type ? text(block[type], `content.${type}`) : '')).join('');
  const logprobs = body.logprobs === undefined ? undefined : objects(body.logprobs, 'logprobs').map(logprob);
  const choice = given({
    text: words('text'),
    thought: (message.tool_plan === undefined ? '' : text(message.tool_plan, 'tool_plan')) + words('thinking'),
    refusal: '',
    calls: maybeObjects(message.tool_calls, 'tool_calls').map(callView),
    images: [],
    citations: maybeObjects(message.citations, 'citations').map(cited),
    stop,
    logprobs,
  });
  return given({
    id: filled(body.id, 'id'),
    // Answers don't say which model made them.
    model: '',
    choices: [choice],
    usage: body.usage === undefined ? undefined : usageView(object(body.usage, 'usage')),
  }) as AnswerView;
}

function callView(call: Json): CallView {
  if (call.type !== 'function') wrong('tool_calls.type', 'must be function', call);
  const called = object(call.function, 'function');
  return {
    id: filled(call.id, 'id'),
    name: filled(called.name, 'name'),
    input: parsedOr(text(called.arguments, 'arguments')),
  };
}

/** Models write `null` for no arguments; what the limit cut is text. */
function parsedOr(written: string): unknown {
  try {
    return JSON.parse(written) ?? {};
  } catch {
    return written;
  }
}

function logprob(item: Json): { token: string; logprob: number } {
  objects([item], 'logprobs');
  const [first] = Array.isArray(item.logprobs) ? item.logprobs : [];
  if (!Array.isArray(item.token_ids)) wrong('logprobs.token_ids', 'must be a list', item);
  return { token: text(item.text, 'logprobs.text'), logprob: Number(first) };
}

/** What the first source says of itself. */
function cited(citation: Json): string {
  count(citation.start, 'citation.start');
  count(citation.end, 'citation.end');
  text(citation.text, 'citation.text');
  const [source] = objects(citation.sources, 'citation.sources');
  const { url, text: words, title } = object(source?.document, 'citation.sources.document');
  return text(url ?? words ?? title, 'citation.document');
}

function usageView(usage: Json): UsageView {
  const billed = object(usage.billed_units, 'billed_units');
  object(usage.tokens, 'tokens');
  return {
    input: count(billed.input_tokens, 'billed_units.input_tokens'),
    output: count(billed.output_tokens, 'billed_units.output_tokens'),
  };
}

/** Source: https://docs.cohere.com/reference/errors: an object with a message, and no kinds. */
export function cohereError(value: unknown): ErrorView {
  return { message: filled(object(value, 'body').message, 'message'), type: 'message' };
}
