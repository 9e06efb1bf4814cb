import type { PartView, RequestView, ThinkingView, ToolChoiceView, ToolView, TurnView } from '../neutral.ts';
import {
  given,
  isObject,
  type Json,
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

/** A chat request. Source: https://docs.cohere.com/reference/chat */
export function cohereRequest(value: unknown): RequestView {
  const body = members(object(value, 'body'), 'body');
  for (const apart of ['model', 'stream']) body.take(apart);
  const messages = objects(body.take('messages'), 'messages');
  const documents = body.take('documents');
  const strict = body.take('strict_tools');
  const tools = maybeObjects(body.take('tools'), 'tools');
  const system = messages.filter(({ role }) => role === 'system');
  const turns = conversation(messages.filter(({ role }) => role !== 'system'));
  if (documents !== undefined) addDocuments(turns, documents);
  return given({
    system: system.flatMap((message) => blocksOf(message.content, 'system').map((block) => text(block.text, 'system'))),
    turns,
    tools: tools.length === 0 ? undefined : tools.map((tool) => toolView(tool, strict)),
    toolChoice: choiceOf(body.take('tool_choice')),
    maxTokens: body.take('max_tokens'),
    temperature: body.take('temperature'),
    topP: body.take('p'),
    topK: body.take('k'),
    stop: body.take('stop_sequences'),
    seed: body.take('seed'),
    frequencyPenalty: body.take('frequency_penalty'),
    presencePenalty: body.take('presence_penalty'),
    logprobs: body.take('logprobs'),
    output: outputOf(body.take('response_format')),
    thinking: thinkingOf(body.take('thinking')),
    fields: body.rest,
  }) as RequestView;
}

const CHOICES: Readonly<Record<string, ToolChoiceView>> = { REQUIRED: 'required', NONE: 'none' };

function choiceOf(value: unknown): ToolChoiceView | undefined {
  if (value === undefined) return undefined;
  return CHOICES[text(value, 'tool_choice')] ?? wrong('tool_choice', 'is no word of the format', value);
}

function toolView(tool: Json, strict: unknown): ToolView {
  const called = members(object(tool.function, 'tool.function'), 'tool.function');
  const view = {
    name: text(called.take('name'), 'tool.name'),
    description: called.take('description'),
    schema: schemaOf(called.take('parameters')),
    strict,
  };
  called.done();
  return given(view) as ToolView;
}

function outputOf(value: unknown): unknown {
  if (value === undefined) return undefined;
  const { type, json_schema: schema } = object(value, 'response_format');
  if (type === 'text') return 'text';
  return schema === undefined ? 'json' : { schema };
}

function thinkingOf(value: unknown): ThinkingView | undefined {
  if (value === undefined) return undefined;
  const { type, token_budget: budget } = object(value, 'thinking');
  return given({ budget, off: type === 'disabled' ? true : undefined }) as ThinkingView;
}

function blocksOf(content: unknown, at: string): readonly Json[] {
  if (content === undefined || content === null) return [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content, at);
}

function conversation(messages: readonly Json[]): TurnView[] {
  const turns: TurnView[] = [];
  const names = callNames();
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    const blocks = blocksOf(message.content, at);
    if (message.role === 'tool') {
      const result = names.result(text(message.tool_call_id, at), at);
      addTurn(turns, 'user', [{ result, content: resultContent(blocks.map((block) => blockView(block, at))) }]);
    } else if (message.role === 'assistant') addTurn(turns, 'assistant', answerViews(message, blocks, at, names));
    else if (message.role === 'user')
      addTurn(
        turns,
        'user',
        blocks.map((block) => blockView(block, at)),
      );
    else wrong(`${at}.role`, 'is none', message);
  }
  return turns;
}

function answerViews(message: Json, blocks: readonly Json[], at: string, names: CallNames): PartView[] {
  const calls = maybeObjects(message.tool_calls, at).map((call): PartView => {
    const { name, arguments: input } = object(call.function, at);
    names.call(text(call.id, at), text(name, at));
    return { call: text(name, at), input: parsedOr(text(input, at)) };
  });
  const plan = message.tool_plan === undefined ? [] : [{ thought: text(message.tool_plan, at) }];
  return [...plan, ...blocks.map((block) => blockView(block, at)), ...calls];
}

function blockView(block: Json, at: string): PartView {
  switch (block.type) {
    case 'text':
      return { text: text(block.text, at) };
    case 'thinking':
      return { thought: text(block.thinking, at) };
    case 'image_url': {
      const { url, detail } = object(block.image_url, at);
      return given({ image: mediaOf(text(url, at)), detail }) as PartView;
    }
    default:
      return { other: block };
  }
}

/** What the model may cite, at the beginning of the last turn of the user. */
function addDocuments(turns: TurnView[], documents: unknown): void {
  const views = objects(documents, 'documents').map(({ data }): PartView => {
    const { text: words, title, context } = isObject(data) ? data : wrong('documents', 'must have data', data);
    const bytes = Buffer.from(text(words, 'documents.data.text')).toString('base64');
    return given({ document: { data: bytes, mediaType: 'text/plain' }, name: title, context }) as PartView;
  });
  const at = turns.findLastIndex(({ role }) => role === 'user');
  const turn = turns[at] ?? wrong('documents', 'must have a turn of the user');
  turns[at] = { ...turn, parts: [...views, ...turn.parts] };
}
