import type { PartView, RequestView, ToolChoiceView, ToolView, TurnView } from '../neutral.ts';
import {
  given,
  type Json,
  list,
  maybeObjects,
  mediaOf,
  members,
  object,
  objects,
  parsedOr,
  text,
  wrong,
} from './json.ts';
import { addTurn, type CallNames, callNames, resultContent, schemaOf } from './turns.ts';

/** A request of the Responses API. Source: https://platform.openai.com/docs/api-reference/responses/create */
export function responsesRequest(value: unknown): RequestView {
  const body = members(object(value, 'body'), 'body');
  for (const apart of ['model', 'stream']) body.take(apart);
  const instructions = body.take('instructions');
  const { system, turns } = conversation(items(body.take('input')));
  const choice = body.take('tool_choice');
  const options = members(object(body.take('text') ?? {}, 'text'), 'text');
  const format = options.take('format');
  const verbosity = options.take('verbosity');
  options.done();
  const included = included_(body.take('include'));
  const store = body.take('store');
  const tools = toolsOf(body.take('tools'));
  return given({
    system: instructions === undefined ? system : [text(instructions, 'instructions'), ...system],
    turns,
    ...tools,
    toolChoice: choice === undefined ? undefined : toolChoice(choice),
    parallel: body.take('parallel_tool_calls'),
    maxTokens: body.take('max_output_tokens'),
    temperature: body.take('temperature'),
    topP: body.take('top_p'),
    logprobs: included.logprobs,
    topLogprobs: body.take('top_logprobs'),
    output: format === undefined ? undefined : output(object(format, 'text.format')),
    thinking: thinking(body.take('reasoning')),
    user: body.take('user'),
    tier: body.take('service_tier'),
    // What no provider of another format would keep either.
    fields: fieldsOf(body.rest, { verbosity, store: store === false ? undefined : store, include: included.others }),
  }) as RequestView;
}

function fieldsOf(rest: Json | undefined, more: Json): Json | undefined {
  const fields = { ...rest, ...given(more) };
  return Object.keys(fields).length === 0 ? undefined : fields;
}

const items = (input: unknown): readonly Json[] =>
  typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : objects(input, 'input');

/** Encrypted reasoning is asked for by whoever sends the conversation again. */
function included_(value: unknown): { logprobs?: true; others?: readonly unknown[] } {
  const asked = value === undefined ? [] : list(value, 'include');
  const others = asked.filter(
    (name) => name !== 'reasoning.encrypted_content' && name !== 'message.output_text.logprobs',
  );
  return {
    ...(asked.includes('message.output_text.logprobs') ? { logprobs: true as const } : {}),
    ...(others.length === 0 ? {} : { others }),
  };
}

function thinking(value: unknown): RequestView['thinking'] {
  if (value === undefined) return undefined;
  const { effort, summary, ...rest } = object(value, 'reasoning');
  if (Object.keys(rest).length > 0) wrong('reasoning', 'has unknown members', rest);
  if (effort === 'none') return { off: true };
  return given({ effort, shown: summary === undefined ? undefined : true }) as RequestView['thinking'];
}

function output(format: Json): RequestView['output'] {
  if (format.type === 'json_object') return 'json';
  if (format.type === 'text') return 'text';
  const { type, name, description, schema, strict, ...rest } = format;
  if (type !== 'json_schema' || Object.keys(rest).length > 0) wrong('text.format', 'must be a JSON schema', format);
  return given({ schema, name, description, strict }) as RequestView['output'];
}

function toolsOf(value: unknown): Pick<RequestView, 'tools' | 'serverTools'> {
  if (value === undefined) return {};
  const tools = objects(value, 'tools');
  const own = tools.filter((one) => one.type === 'function').map(tool);
  const others = tools.filter((one) => one.type !== 'function');
  return { ...(own.length === 0 ? {} : { tools: own }), ...(others.length === 0 ? {} : { serverTools: others }) };
}

function tool(value: Json): ToolView {
  const fields = members(value, 'tool');
  fields.take('type');
  const strict = fields.take('strict');
  if (typeof strict !== 'boolean') wrong('tool.strict', 'must be said, since it is on by default', value);
  const view = {
    name: text(fields.take('name'), 'tool.name'),
    description: fields.take('description'),
    schema: schemaOf(fields.take('parameters')),
    strict: strict === true ? true : undefined,
  };
  fields.done();
  return given(view) as ToolView;
}

function toolChoice(value: unknown): ToolChoiceView {
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  const choice = object(value, 'tool_choice');
  if (choice.type === 'allowed_tools') {
    const allowed = objects(choice.tools, 'tools').map((one) => text(one.name, 'name'));
    return { mode: choice.mode === 'required' ? 'required' : 'auto', allowed };
  }
  return { tool: text(choice.name, 'tool_choice.name') };
}

/** System and developer messages before the first turn are the prompt; later ones keep their place. */
function conversation(all: readonly Json[]): { system: string[]; turns: TurnView[] } {
  const system: string[] = [];
  const turns: TurnView[] = [];
  const names = callNames();
  for (const [index, item] of all.entries()) {
    const at = `input.${index}`;
    const isSystem = item.role === 'system' || item.role === 'developer';
    if (isSystem && turns.length === 0)
      system.push(
        ...content(item.content, at)
          .map((part) => text((part as { text: unknown }).text, at))
          .filter((said) => said !== ''),
      );
    else addTurn(turns, isSystem ? 'system' : roleOf(item), itemParts(item, at, names));
  }
  return { system, turns };
}

function roleOf(item: Json): 'user' | 'assistant' {
  if (item.role !== undefined) return item.role === 'assistant' ? 'assistant' : 'user';
  return String(item.type).endsWith('_output') ? 'user' : 'assistant';
}

function itemParts(value: Json, at: string, names: CallNames): PartView[] {
  const item = members(value, at);
  const type = item.take('type') ?? 'message';
  item.take('id');
  item.take('status');
  if (type === 'message') {
    item.take('role');
    item.take('phase');
    const parts = content(item.take('content'), at);
    item.done();
    return parts;
  }
  if (type === 'function_call_output') {
    const result = names.result(text(item.take('call_id'), `${at}.call_id`), at);
    const parts: PartView[] = [{ result, content: resultContent(content(item.take('output'), at)) }];
    item.done();
    return parts;
  }
  if (type === 'reasoning') {
    const words = objects(item.take('summary'), `${at}.summary`).map((one) => text(one.text, at));
    return words.length === 0 ? [] : [{ thought: words.join('\n\n') }];
  }
  if (type !== 'function_call') return [{ other: value }];
  const name = text(item.take('name'), `${at}.name`);
  const id = text(item.take('call_id'), `${at}.call_id`);
  if (id.length > 64) wrong(`${at}.call_id`, 'must have 64 characters at most', id);
  names.call(id, name);
  const input = parsedOr(text(item.take('arguments'), `${at}.arguments`));
  item.done();
  return [{ call: name, input }];
}

function content(value: unknown, at: string): PartView[] {
  if (typeof value === 'string') return [{ text: value }];
  return objects(value, `${at}.content`).map((part, index) => contentPart(part, `${at}.content.${index}`));
}

function contentPart(part: Json, at: string): PartView {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      maybeObjects(part.annotations, at);
      return { text: text(part.text, `${at}.text`) };
    case 'refusal':
      return { refusal: text(part.refusal, `${at}.refusal`) };
    case 'input_image':
      return given({
        image: part.file_id === undefined ? mediaOf(text(part.image_url, at)) : { file: text(part.file_id, at) },
        detail: part.detail,
      }) as PartView;
    case 'input_file':
      return given({ document: fileOf(part, at), name: part.filename }) as PartView;
    default:
      return { other: part };
  }
}

function fileOf(part: Json, at: string) {
  if (part.file_id !== undefined) return { file: text(part.file_id, at) };
  return part.file_url === undefined ? mediaOf(text(part.file_data, at)) : { url: text(part.file_url, at) };
}
