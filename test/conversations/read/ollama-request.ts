import type { PartView, RequestView, ToolView, TurnView } from '../neutral.ts';
import { given, type Json, list, maybeObjects, members, object, objects, text, wrong } from './json.ts';
import { addTurn, resultContent, schemaOf } from './turns.ts';

/** A request of `/api/chat`. Source: https://docs.ollama.com/api/chat */
export function ollamaRequest(value: unknown): RequestView {
  const body = members(object(value, 'body'), 'body');
  for (const apart of ['model', 'stream']) body.take(apart);
  const { system, turns } = conversation(objects(body.take('messages'), 'messages'));
  const tools = body.take('tools');
  const format = body.take('format');
  const think = body.take('think');
  const options = members(object(body.take('options') ?? {}, 'options'), 'options');
  const view = {
    system,
    turns,
    tools: tools === undefined ? undefined : objects(tools, 'tools').map(tool),
    maxTokens: options.take('num_predict'),
    temperature: options.take('temperature'),
    topP: options.take('top_p'),
    topK: options.take('top_k'),
    stop: options.take('stop'),
    seed: options.take('seed'),
    frequencyPenalty: options.take('frequency_penalty'),
    presencePenalty: options.take('presence_penalty'),
    logprobs: body.take('logprobs'),
    topLogprobs: body.take('top_logprobs'),
    output: format === undefined ? undefined : format === 'json' ? 'json' : { schema: object(format, 'format') },
    thinking: thinking(think),
  };
  const more = options.rest;
  const fields = { ...body.rest, ...(more === undefined ? {} : { options: more }) };
  return given({ ...view, fields: Object.keys(fields).length === 0 ? undefined : fields }) as RequestView;
}

function thinking(think: unknown): RequestView['thinking'] {
  if (think === undefined) return undefined;
  if (think === false) return { off: true };
  return think === true ? { adaptive: true } : { effort: text(think, 'think') };
}

function tool(value: Json): ToolView {
  const outer = members(value, 'tool');
  if (outer.take('type') !== 'function') wrong('tool.type', 'must be function', value);
  const inner = members(object(outer.take('function'), 'tool.function'), 'tool.function');
  outer.done();
  const view = {
    name: text(inner.take('name'), 'tool.function.name'),
    description: inner.take('description'),
    schema: schemaOf(object(inner.take('parameters'), 'tool.function.parameters')),
  };
  inner.done();
  return given(view) as ToolView;
}

/** System messages before the first turn are the prompt; later ones keep their place. */
function conversation(messages: readonly Json[]): { system: string[]; turns: TurnView[] } {
  const system: string[] = [];
  const turns: TurnView[] = [];
  const open: OpenCall[] = [];
  for (const [index, value] of messages.entries()) {
    const at = `messages.${index}`;
    const message = members(value, at);
    const role = text(message.take('role'), `${at}.role`);
    if (!['system', 'user', 'assistant', 'tool'].includes(role)) wrong(`${at}.role`, 'must be a role', role);
    if (role === 'system' && turns.length === 0) {
      const said = text(message.take('content'), at);
      if (said !== '') system.push(said);
    } else
      addTurn(turns, turnRole(role), role === 'tool' ? [result(message, at, open)] : said(message, role, at, open));
    message.done();
  }
  return { system, turns };
}

const turnRole = (role: string): TurnView['role'] => (role === 'system' || role === 'assistant' ? role : 'user');

type Members = ReturnType<typeof members>;

/** A call that nobody has answered yet; ids are optional. */
interface OpenCall {
  readonly id: unknown;
  readonly name: string;
}

function said(message: Members, role: string, at: string, open: OpenCall[]): PartView[] {
  const thought = message.take('thinking');
  const calls = maybeObjects(message.take('tool_calls'), `${at}.tool_calls`);
  const words = text(message.take('content') ?? '', `${at}.content`);
  const images = imagesOf(message.take('images'), at);
  if (role !== 'assistant' && (thought !== undefined || calls.length > 0)) wrong(at, 'only a model thinks and calls');
  // An empty text beside something else says nothing.
  const silent = words === '' && (calls.length > 0 || images.length > 0);
  return [
    ...(thought === undefined ? [] : [{ thought: text(thought, at) }]),
    ...(silent ? [] : [{ text: words }]),
    ...images,
    ...calls.map((call) => {
      const called = object(call.function, `${at}.function`);
      const name = text(called.name, `${at}.function.name`);
      open.push({ id: call.id, name });
      return { call: name, input: object(called.arguments, `${at}.function.arguments`) };
    }),
  ];
}

function result(message: Members, at: string, open: OpenCall[]): PartView {
  const id = message.take('tool_call_id');
  const name = message.take('tool_name');
  const index = open.findIndex((call) => (id === undefined ? call.name === name : call.id === id));
  const [call = wrong(at, 'answers no open call', id ?? name)] = index < 0 ? [] : open.splice(index, 1);
  if (name !== undefined && name !== call.name) wrong(`${at}.tool_name`, `must be ${call.name}`, name);
  const words = text(message.take('content'), `${at}.content`);
  return { result: call.name, content: resultContent([{ text: words }, ...imagesOf(message.take('images'), at)]) };
}

/** Base64 and nothing else: the kind of image shows in its first bytes. */
function imagesOf(value: unknown, at: string): PartView[] {
  return list(value ?? [], `${at}.images`).map((data) => {
    const base64 = text(data, `${at}.images`);
    if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) wrong(`${at}.images`, 'must be base64', base64);
    return { image: { data: base64, mediaType: base64.startsWith('/9j/') ? 'image/jpeg' : 'image/png' } };
  });
}
