import type { ErrorView } from '../neutral.ts';
import { filled, type Json, object, text, wrong } from './json.ts';
import { type SseEvent, sseEvents } from './sse.ts';

type Open = { [name: string]: unknown };

/** The answer under way. */
interface Gathered {
  id: string | undefined;
  readonly content: Open[];
  readonly calls: { id: unknown; type: unknown; function: { name: unknown; arguments: string } }[];
  readonly citations: Json[];
  readonly logprobs: Json[];
  /** Indexes of what is open. */
  readonly blocks: Set<unknown>;
  readonly running: Set<unknown>;
  citing: unknown;
  plan: string;
  end: Json | undefined;
}

/** The events of an answer. Source: https://docs.cohere.com/v2/docs/streaming, https://docs.cohere.com/v2/docs/tool-use-streaming */
export function cohereStream(bytes: string): Json {
  const gathered = gather(sseEvents(bytes));
  const end = gathered.end ?? wrong('stream', 'must have message-end');
  const { id, content, calls, citations, logprobs, plan } = gathered;
  return {
    id,
    ...end,
    message: {
      role: 'assistant',
      ...(content.length === 0 ? {} : { content }),
      ...(plan === '' ? {} : { tool_plan: plan }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...(citations.length === 0 ? {} : { citations }),
    },
    ...(logprobs.length === 0 ? {} : { logprobs }),
  };
}

function gather(events: readonly SseEvent[]): Gathered {
  const gathered: Gathered = {
    id: undefined,
    content: [],
    calls: [],
    citations: [],
    logprobs: [],
    blocks: new Set(),
    running: new Set(),
    citing: undefined,
    plan: '',
    end: undefined,
  };
  for (const [index, { event, data }] of events.entries()) {
    const at = `event ${index} (${event})`;
    const body = object(JSON.parse(data), at);
    if (event === undefined || body.type !== event) wrong(at, 'must be named as its data', body);
    if (gathered.end !== undefined) wrong(at, 'must not follow message-end');
    if (gathered.id === undefined && event !== 'message-start') wrong(at, 'must follow message-start');
    step(gathered, event, body, at);
  }
  return gathered;
}

const messageOf = (body: Json, at: string): Json => object(object(body.delta, at).message, at);

function step(gathered: Gathered, event: string, body: Json, at: string): void {
  switch (event) {
    case 'message-start':
      if (gathered.id !== undefined) wrong(at, 'must be the only one');
      gathered.id = filled(body.id, at);
      if (messageOf(body, at).role !== 'assistant') wrong(at, 'must be of the assistant', body);
      return;
    case 'content-start':
    case 'content-delta':
      content(gathered, event, body, at);
      return;
    case 'tool-plan-delta':
      gathered.plan += text(messageOf(body, at).tool_plan, at);
      return;
    case 'tool-call-start':
    case 'tool-call-delta':
      call(gathered, event, body, at);
      return;
    case 'content-end':
      closed(gathered.blocks, body, at);
      return;
    case 'tool-call-end':
      closed(gathered.running, body, at);
      return;
    case 'citation-start':
    case 'citation-end':
      citation(gathered, event, body, at);
      return;
    case 'message-end':
      end(gathered, body, at);
      return;
    default:
      wrong(at, 'is no event of the format');
  }
}

function closed(open: Set<unknown>, body: Json, at: string): void {
  if (!open.delete(body.index)) wrong(at, 'closes nothing that is open', body);
}

function content(gathered: Gathered, event: string, body: Json, at: string): void {
  const piece = object(messageOf(body, at).content, at);
  if (event === 'content-start') {
    if (body.index !== gathered.content.length) wrong(at, `must have index ${gathered.content.length}`, body);
    if (piece.type !== 'text' && piece.type !== 'thinking') wrong(at, 'must be text or thinking', piece);
    if (piece[piece.type] !== '') wrong(at, 'must begin empty', piece);
    gathered.content.push({ ...piece });
    gathered.blocks.add(body.index);
    return;
  }
  const block = gathered.content[Number(body.index)];
  if (block === undefined || !gathered.blocks.has(body.index)) wrong(at, 'must belong to an open block', body);
  const type = text(block.type, at);
  for (const [name, value] of Object.entries(piece)) {
    if (name === 'text' || name === 'thinking') {
      if (name !== type) wrong(at, `must be ${type}`, piece);
      block[name] = `${block[name]}${text(value, at)}`;
    } else block[name] = value;
  }
  if (body.logprobs !== undefined) gathered.logprobs.push(object(body.logprobs, at));
}

function call(gathered: Gathered, event: string, body: Json, at: string): void {
  const piece = object(messageOf(body, at).tool_calls, at);
  const called = object(piece.function, at);
  if (event === 'tool-call-start') {
    if (body.index !== gathered.calls.length) wrong(at, `must have index ${gathered.calls.length}`, body);
    if (called.arguments !== '') wrong(at, 'must begin without arguments', called);
    gathered.calls.push({ ...piece, id: piece.id, type: piece.type, function: { name: called.name, arguments: '' } });
    gathered.running.add(body.index);
    return;
  }
  const open = gathered.calls[Number(body.index)];
  if (open === undefined || !gathered.running.has(body.index)) wrong(at, 'must belong to an open call', body);
  open.function.arguments += text(called.arguments, at);
}

function citation(gathered: Gathered, event: string, body: Json, at: string): void {
  if (event === 'citation-end') {
    if (gathered.citing !== body.index) wrong(at, 'closes nothing that is open', body);
    gathered.citing = undefined;
    return;
  }
  if (body.index !== gathered.citations.length) wrong(at, `must have index ${gathered.citations.length}`, body);
  gathered.citations.push(object(messageOf(body, at).citations, at));
  gathered.citing = body.index;
}

function end(gathered: Gathered, body: Json, at: string): void {
  if (gathered.blocks.size + gathered.running.size > 0 || gathered.citing !== undefined)
    wrong(at, 'must wait for what is open');
  gathered.end = object(body.delta, at);
}

/** Events, then the last one with ERROR and what happened. */
export function cohereBrokenStream(bytes: string): ErrorView {
  const events = sseEvents(bytes);
  const last = events.at(-1) ?? wrong('stream', 'must have events');
  if (gather(events.slice(0, -1)).end !== undefined) wrong('stream', 'is broken and must not say that it finished');
  const { error, finish_reason: reason } = object(object(JSON.parse(last.data), 'last').delta, 'last');
  if (last.event !== 'message-end' || reason !== 'ERROR') wrong('stream', 'is broken and must end with ERROR', last);
  return { message: filled(error, 'error'), type: 'message' };
}
