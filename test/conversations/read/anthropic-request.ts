import type { MediaView, PartView, RequestView, ThinkingView, ToolChoiceView, ToolView, TurnView } from '../neutral.ts';
import { given, type Json, maybeObjects, members, object, objects, text, wrong } from './json.ts';
import { addTurn, type CallNames, callNames, resultContent, schemaOf } from './turns.ts';

/** A Messages request. Source: anthropic-sdk-typescript `MessageCreateParams` */
export function anthropicRequest(value: unknown): RequestView {
  const body = members(object(value, 'body'), 'body');
  for (const apart of ['model', 'stream']) body.take(apart);
  const system = blocksOf(body.take('system') ?? [], 'system');
  const messages = objects(body.take('messages'), 'messages');
  const tools = body.take('tools');
  const declared = maybeObjects(tools, 'tools');
  const choice = body.take('tool_choice');
  const config = object(body.take('output_config') ?? {}, 'output_config');
  const thinking = body.take('thinking');
  const metadata = body.take('metadata');
  const { turns, cached } = conversation(messages);
  const places = [...placesOf(system, 'system'), ...placesOf(declared, 'tools'), ...cached];
  const functions = declared.filter(isFunction);
  const servers = declared.filter((tool) => !isFunction(tool));
  return given({
    system: system.map((block, index) => text(block.text, `system.${index}`)).filter((said) => said !== ''),
    turns,
    tools: functions.length === 0 ? undefined : functions.map(toolView),
    serverTools: servers.length === 0 ? undefined : servers,
    ...(choice === undefined ? {} : toolChoice(object(choice, 'tool_choice'))),
    maxTokens: body.take('max_tokens'),
    temperature: body.take('temperature'),
    topP: body.take('top_p'),
    topK: body.take('top_k'),
    stop: body.take('stop_sequences'),
    output: config.format === undefined ? undefined : { schema: object(config.format, 'format').schema },
    thinking: thinkingView(thinking, config.effort),
    user: metadata === undefined ? undefined : object(metadata, 'metadata').user_id,
    tier: tierOf(body.take('service_tier')),
    cached: places.length === 0 ? undefined : places,
    fields: body.rest,
  }) as RequestView;
}

/** Source: https://docs.anthropic.com/en/api/service-tiers */
const tierOf = (tier: unknown): unknown => (tier === 'standard_only' ? 'default' : tier);

const isFunction = (tool: Json): boolean => tool.type === undefined || tool.type === 'custom';

const placesOf = (blocks: readonly Json[], at: string): string[] =>
  blocks.flatMap((block, index) => (block.cache_control === undefined ? [] : [`${at}.${index}`]));

function toolView(value: Json): ToolView {
  const tool = members(value, 'tool');
  tool.take('type');
  tool.take('cache_control');
  const view = {
    name: text(tool.take('name'), 'tool.name'),
    description: tool.take('description'),
    schema: schemaOf(tool.take('input_schema')),
    strict: tool.take('strict'),
  };
  tool.done();
  return given(view) as ToolView;
}

function toolChoice(choice: Json): Pick<RequestView, 'toolChoice' | 'parallel'> {
  const words: Record<string, ToolChoiceView> = { auto: 'auto', any: 'required', none: 'none' };
  const type = text(choice.type, 'tool_choice.type');
  const view =
    type === 'tool'
      ? { tool: text(choice.name, 'tool_choice.name') }
      : (words[type] ?? wrong('tool_choice.type', 'is no word of the format', type));
  const disabled = choice.disable_parallel_tool_use;
  return { toolChoice: view, ...(disabled === undefined ? {} : { parallel: disabled !== true }) };
}

function thinkingView(value: unknown, effort: unknown): ThinkingView | undefined {
  if (value === undefined && effort === undefined) return undefined;
  const { type, budget_tokens: budget, display } = object(value ?? {}, 'thinking');
  return given({
    effort,
    budget,
    adaptive: type === 'adaptive' ? true : undefined,
    off: type === 'disabled' ? true : undefined,
    shown: display === undefined ? undefined : display === 'summarized',
  }) as ThinkingView;
}

function blocksOf(content: unknown, at: string): readonly Json[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content, at);
}

function conversation(messages: readonly Json[]): { turns: TurnView[]; cached: string[] } {
  const turns: TurnView[] = [];
  const cached: string[] = [];
  const names = callNames();
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    const role =
      message.role === 'assistant'
        ? 'assistant'
        : message.role === 'user'
          ? 'user'
          : wrong(`${at}.role`, 'is none', message);
    for (const [place, block] of blocksOf(message.content, at).entries()) {
      addTurn(turns, role, [blockView(block, `${at}.content.${place}`, names)]);
      if (block.cache_control !== undefined)
        cached.push(`turns.${turns.length - 1}.${(turns.at(-1)?.parts.length ?? 0) - 1}`);
    }
  }
  return { turns, cached };
}

function blockView(block: Json, at: string, names: CallNames): PartView {
  switch (block.type) {
    case 'text':
      return { text: text(block.text, at) };
    case 'image':
      return { image: source(block.source, at) };
    case 'document':
      return given({ document: source(block.source, at), name: block.title, context: block.context }) as PartView;
    case 'thinking':
      return { thought: text(block.thinking, at) };
    case 'redacted_thinking':
      return { thought: '' };
    case 'tool_use': {
      const name = text(block.name, at);
      names.call(text(block.id, at), name);
      return { call: name, input: block.input };
    }
    case 'tool_result': {
      const result = names.result(text(block.tool_use_id, at), at);
      const content = blocksOf(block.content ?? [], at).map((one, index) => blockView(one, `${at}.${index}`, names));
      return given({ result, content: resultContent(content), error: block.is_error }) as PartView;
    }
    default:
      return { other: block };
  }
}

function source(value: unknown, at: string): MediaView {
  const { type, data, media_type: mediaType, url, file_id: file } = object(value, `${at}.source`);
  if (type === 'base64') return { data: text(data, at), mediaType: text(mediaType, at) };
  if (type === 'text') return { data: Buffer.from(text(data, at)).toString('base64'), mediaType: 'text/plain' };
  return type === 'url' ? { url: text(url, at) } : { file: text(file, at) };
}
