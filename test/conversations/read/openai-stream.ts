import type { ErrorView } from '../neutral.ts';
import { filled, isObject, type Json, maybeObjects, object, objects, text, wrong } from './json.ts';
import { openAiError, openAiUsage } from './openai-answer.ts';
import { sseEvents } from './sse.ts';

type Open = { [name: string]: unknown };

/** What a client has gathered of one choice. */
interface Gathered {
  readonly message: Open;
  readonly calls: Open[];
  readonly logprobs: unknown[];
  finish: string | undefined;
}

/** What all chunks of one stream share. */
const SHARED = ['id', 'created', 'model'];

/** The chunks of a completion. Source: https://platform.openai.com/docs/api-reference/chat-streaming */
export function openAiStream(bytes: string, options: { readonly usage: boolean }): Json {
  const events = sseEvents(bytes);
  if (events.some((event) => event.event !== undefined)) wrong('stream', 'must have no named events');
  const done = events.findIndex((event) => event.data === '[DONE]');
  if (done !== events.length - 1) wrong('stream', 'must end with one [DONE]', events.slice(-2));
  return assembled(
    events.slice(0, -1).map((event, index) => object(JSON.parse(event.data), `chunk ${index}`)),
    options.usage,
  );
}

function assembled(chunks: readonly Json[], asked: boolean): Json {
  const [first = wrong('stream', 'must have chunks')] = chunks;
  const choices: Gathered[] = [];
  let usage: unknown;
  for (const [index, chunk] of chunks.entries()) {
    const at = `chunk ${index}`;
    if (chunk.object !== 'chat.completion.chunk') wrong(`${at}.object`, 'must be chat.completion.chunk', chunk);
    for (const name of SHARED)
      if (chunk[name] !== first[name] || chunk[name] === undefined)
        wrong(`${at}.${name}`, 'must be the same in all chunks', chunk);
    if (usage !== undefined) wrong(at, 'must not follow the chunk with the usage', chunk);
    if (objects(chunk.choices, `${at}.choices`).length === 0) {
      if (!asked) wrong(at, 'has usage that nobody asked for', chunk);
      openAiUsage(chunk.usage);
      usage = chunk.usage;
    } else if (asked ? chunk.usage !== null : chunk.usage !== undefined && chunk.usage !== null)
      wrong(`${at}.usage`, asked ? 'must be null before the last chunk' : 'was not asked for', chunk);
    for (const choice of objects(chunk.choices, at)) gather(choice, choices, at);
  }
  return whole(first, chunks, choices, usage);
}

function whole(first: Json, chunks: readonly Json[], choices: readonly Gathered[], usage: unknown): Json {
  const tier = chunks.findLast((chunk) => chunk.service_tier !== undefined)?.service_tier;
  return {
    id: first.id,
    object: 'chat.completion',
    created: first.created,
    model: first.model,
    choices: choices.map((choice, index) => ({
      index,
      message: { ...choice.message, ...(choice.calls.length === 0 ? {} : { tool_calls: choice.calls }) },
      logprobs: choice.logprobs.length === 0 ? null : { content: choice.logprobs, refusal: null },
      finish_reason: choice.finish ?? wrong(`choice ${index}`, 'must have a finish_reason'),
    })),
    ...(usage === undefined ? {} : { usage }),
    ...(tier === undefined ? {} : { service_tier: tier }),
  };
}

function gather(choice: Json, choices: Gathered[], at: string): void {
  const index = typeof choice.index === 'number' ? choice.index : wrong(`${at}.index`, 'must be a number', choice);
  if (!('finish_reason' in choice) || !('logprobs' in choice))
    wrong(at, 'must have finish_reason and logprobs, at least null', choice);
  const delta = object(choice.delta, `${at}.delta`);
  let gathered = choices[index];
  if (gathered === undefined) {
    if (delta.role !== 'assistant') wrong(`${at}.delta.role`, 'must be in the first chunk of a choice', choice);
    gathered = {
      message: { role: 'assistant', content: null, refusal: null },
      calls: [],
      logprobs: [],
      finish: undefined,
    };
    choices[index] = gathered;
  } else if ('role' in delta) wrong(`${at}.delta.role`, 'must be in the first chunk only', choice);
  if (gathered.finish !== undefined) wrong(at, 'must not follow the finish_reason of its choice', choice);
  if (choice.finish_reason !== null) gathered.finish = text(choice.finish_reason, `${at}.finish_reason`);
  if (isObject(choice.logprobs)) gathered.logprobs.push(...maybeObjects(choice.logprobs.content, at));
  for (const [name, value] of Object.entries(delta)) addDelta(gathered, name, value, at);
}

/** As OpenAI's SDKs gather: texts are joined, entries of lists are joined by their index or continue the list. */
function addDelta(gathered: Gathered, name: string, value: unknown, at: string): void {
  const { message } = gathered;
  if (name === 'role' || value === null) return;
  if (name === 'tool_calls') {
    for (const piece of objects(value, `${at}.tool_calls`)) addCall(gathered.calls, piece, at);
  } else if (typeof value === 'string') message[name] = `${message[name] ?? ''}${value}`;
  else if (Array.isArray(value))
    message[name] = joined((message[name] as readonly Json[] | undefined) ?? [], objects(value, at));
  else message[name] = value;
}

/** Members of an entry that tell what it is: a later piece repeats them. */
const REPEATED = ['index', 'type', 'format', 'id', 'provider', 'model'];

function joined(before: readonly Json[], pieces: readonly Json[]): Json[] {
  const entries = [...before];
  for (const piece of pieces) {
    const at = entries.findIndex(
      (entry) => typeof piece.index === 'number' && entry.index === piece.index && entry.type === piece.type,
    );
    const known = entries[at];
    if (known === undefined) entries.push(piece);
    else
      entries[at] = Object.fromEntries(
        Object.keys({ ...known, ...piece }).map((name) => [name, joinedMember(name, known[name], piece[name])]),
      );
  }
  return entries;
}

function joinedMember(name: string, before: unknown, after: unknown): unknown {
  if (typeof before === 'string' && typeof after === 'string' && !REPEATED.includes(name)) return before + after;
  return after ?? before;
}

/** The first piece of a call has its id, type and name; the others its index and arguments. */
function addCall(calls: Open[], piece: Json, at: string): void {
  const index = typeof piece.index === 'number' ? piece.index : wrong(`${at}.index`, 'must be a number', piece);
  const called = piece.function === undefined ? {} : object(piece.function, `${at}.function`);
  const known = calls[index];
  if (known === undefined) {
    if (index !== calls.length) wrong(`${at}.index`, 'must be the next one', piece);
    if (piece.type !== 'function') wrong(`${at}.type`, 'must be function', piece);
    filled(piece.id, `${at}.id`);
    filled(called.name, `${at}.name`);
    const { index: _, ...call } = piece;
    calls.push({ ...call, function: { name: called.name, arguments: text(called.arguments, at) } });
    return;
  }
  if ('id' in piece || 'type' in piece || 'name' in called)
    wrong(at, 'repeats what the first piece of the call told', piece);
  const { index: _, function: __, ...more } = piece;
  Object.assign(known, more);
  const before = known.function as { name: string; arguments: string };
  known.function = {
    ...before,
    arguments: before.arguments + (called.arguments === undefined ? '' : text(called.arguments, at)),
  };
}

/** Chunks, then one error; no finish_reason and no [DONE] anywhere. */
export function openAiBrokenStream(bytes: string): ErrorView {
  const events = sseEvents(bytes);
  const last = events.at(-1) ?? wrong('stream', 'must have events');
  if (events.some((event) => event.data === '[DONE]')) wrong('stream', 'is broken and must not say [DONE]');
  for (const event of events.slice(0, -1)) {
    for (const choice of objects(object(JSON.parse(event.data), 'chunk').choices, 'choices')) {
      if (choice.finish_reason !== null) wrong('stream', 'is broken and must not say that it finished', choice);
    }
  }
  return openAiError(JSON.parse(last.data));
}
