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

/** A chat completions request. Source: https://platform.openai.com/docs/api-reference/chat/create */
export function openAiRequest(value: unknown): RequestView {
  const body = members(object(value, 'body'), 'body');
  for (const apart of ['model', 'stream', 'stream_options']) body.take(apart);
  const { system, turns } = conversation(objects(body.take('messages'), 'messages'));
  const tools = body.take('tools');
  const choice = body.take('tool_choice');
  const format = body.take('response_format');
  const effort = body.take('reasoning_effort');
  return given({
    system,
    turns,
    tools: tools === undefined ? undefined : objects(tools, 'tools').map(tool),
    toolChoice: choice === undefined ? undefined : toolChoice(choice),
    parallel: body.take('parallel_tool_calls'),
    maxTokens: body.take('max_completion_tokens') ?? body.take('max_tokens'),
    temperature: body.take('temperature'),
    topP: body.take('top_p'),
    stop: stops(body.take('stop')),
    seed: body.take('seed'),
    frequencyPenalty: body.take('frequency_penalty'),
    presencePenalty: body.take('presence_penalty'),
    n: body.take('n'),
    logprobs: body.take('logprobs'),
    topLogprobs: body.take('top_logprobs'),
    output: format === undefined ? undefined : output(object(format, 'response_format')),
    thinking:
      effort === undefined
        ? undefined
        : effort === 'none'
          ? { off: true }
          : { effort: text(effort, 'reasoning_effort') },
    user: body.take('user'),
    tier: body.take('service_tier'),
    fields: body.rest,
  }) as RequestView;
}

function stops(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? [value] : list(value, 'stop');
}

function output(format: Json): RequestView['output'] {
  if (format.type === 'json_object') return 'json';
  if (format.type === 'text') return 'text';
  const { name, description, schema, strict } = object(format.json_schema, 'response_format.json_schema');
  return given({ schema, name, description, strict }) as RequestView['output'];
}

function tool(value: Json): ToolView {
  const outer = members(value, 'tool');
  if (outer.take('type') !== 'function') wrong('tool.type', 'must be function', value);
  const inner = members(object(outer.take('function'), 'tool.function'), 'tool.function');
  outer.done();
  const view = {
    name: text(inner.take('name'), 'tool.function.name'),
    description: inner.take('description'),
    schema: schemaOf(inner.take('parameters')),
    strict: inner.take('strict'),
  };
  inner.done();
  return given(view) as ToolView;
}

function toolChoice(value: unknown): ToolChoiceView {
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  const choice = object(value, 'tool_choice');
  if (choice.type === 'allowed_tools') {
    const allowed = object(choice.allowed_tools, 'tool_choice.allowed_tools');
    const names = objects(allowed.tools, 'tools').map((one) => text(object(one.function, 'function').name, 'name'));
    return { mode: allowed.mode === 'required' ? 'required' : 'auto', allowed: names };
  }
  return { tool: text(object(choice.function, 'tool_choice.function').name, 'tool_choice.function.name') };
}

/** System and developer messages before the first turn are the prompt; later ones keep their place. */
function conversation(messages: readonly Json[]): { system: string[]; turns: TurnView[] } {
  const system: string[] = [];
  const turns: TurnView[] = [];
  const names = callNames();
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    const isSystem = message.role === 'system' || message.role === 'developer';
    if (isSystem && turns.length === 0)
      system.push(
        ...content(message.content, at)
          .map((part) => text((part as { text: unknown }).text, at))
          .filter((said) => said !== ''),
      );
    else
      addTurn(
        turns,
        isSystem ? 'system' : message.role === 'assistant' ? 'assistant' : 'user',
        messageParts(message, at, names),
      );
  }
  return { system, turns };
}

function messageParts(value: Json, at: string, names: CallNames): PartView[] {
  const message = members(value, at);
  const role = message.take('role');
  if (role === 'tool') {
    const result = names.result(text(message.take('tool_call_id'), `${at}.tool_call_id`), at);
    const parts: PartView[] = [{ result, content: resultContent(content(message.take('content'), at)) }];
    message.done();
    return parts;
  }
  const thought = message.take('reasoning_content');
  const said = message.take('content');
  const refusal = message.take('refusal');
  const calls = maybeObjects(message.take('tool_calls'), `${at}.tool_calls`);
  message.take('name');
  message.take('reasoning_details');
  message.done();
  return [
    ...(thought === undefined ? [] : [{ thought: text(thought, at) }]),
    ...(said === null || said === undefined || (said === '' && calls.length > 0) ? [] : content(said, at)),
    ...(refusal === undefined || refusal === null ? [] : [{ refusal: text(refusal, at) }]),
    ...calls.map((call) => callPart(call, at, names)),
  ];
}

function callPart(call: Json, at: string, names: CallNames): PartView {
  const called = object(call.function, `${at}.function`);
  const name = text(called.name, `${at}.function.name`);
  names.call(text(call.id, `${at}.id`), name);
  const written = text(called.arguments, `${at}.function.arguments`);
  return { call: name, input: parsedOr(written) };
}

function content(value: unknown, at: string): PartView[] {
  if (typeof value === 'string') return [{ text: value }];
  return objects(value, `${at}.content`).map((part, index) => contentPart(part, `${at}.content.${index}`));
}

function contentPart(part: Json, at: string): PartView {
  switch (part.type) {
    case 'text':
      return { text: text(part.text, `${at}.text`) };
    case 'refusal':
      return { refusal: text(part.refusal, `${at}.refusal`) };
    case 'image_url': {
      const { url, detail } = object(part.image_url, `${at}.image_url`);
      return given({ image: mediaOf(text(url, `${at}.image_url.url`)), detail }) as PartView;
    }
    case 'input_audio': {
      const { data, format } = object(part.input_audio, `${at}.input_audio`);
      return { audio: { data: text(data, at), mediaType: `audio/${text(format, at)}` } };
    }
    case 'file':
      return filePart(object(part.file, `${at}.file`), at);
    default:
      return wrong(at, 'has a type that the format does not know', part);
  }
}

function filePart(file: Json, at: string): PartView {
  const source =
    file.file_id === undefined ? mediaOf(text(file.file_data, `${at}.file_data`)) : { file: text(file.file_id, at) };
  return given({ document: source, name: file.filename }) as PartView;
}
