import type { MediaView, PartView, RequestView, ThinkingView, ToolChoiceView, ToolView, TurnView } from '../neutral.ts';
import { given, type Json, maybeObjects, members, object, objects, text, wrong } from './json.ts';
import { addTurn, type CallNames, callNames, resultContent, schemaOf } from './turns.ts';

/** A ConverseRequest. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export function bedrockRequest(value: unknown): RequestView {
  const body = members(object(value, 'body'), 'body');
  const system = maybeObjects(body.take('system'), 'system');
  const { turns, cached } = conversation(objects(body.take('messages'), 'messages'));
  const config = object(body.take('toolConfig') ?? {}, 'toolConfig');
  const tools = maybeObjects(config.tools, 'tools');
  const inference = members(object(body.take('inferenceConfig') ?? {}, 'inferenceConfig'), 'inferenceConfig');
  const own = members(object(body.take('additionalModelRequestFields') ?? {}, 'fields'), 'fields');
  const output = object(body.take('outputConfig') ?? {}, 'outputConfig');
  const tier = body.take('serviceTier');
  // It only asks the answer to say which stop sequence was met.
  const paths = body.take('additionalModelResponseFieldPaths');
  if (paths !== undefined && JSON.stringify(paths) !== '["/stop_sequence"]')
    wrong('paths', 'must ask for that only', paths);
  const functions = tools.filter((tool) => tool.toolSpec !== undefined);
  const servers = tools.filter((tool) => tool.systemTool !== undefined);
  const places = [...placesOf(system, 'system'), ...placesOf(tools, 'tools'), ...cached];
  const thinking = own.take('thinking');
  const view = {
    system: system.flatMap((block, index) => (block.text === undefined ? [] : [text(block.text, `system.${index}`)])),
    turns,
    tools: functions.length === 0 ? undefined : functions.map(toolView),
    serverTools: servers.length === 0 ? undefined : servers,
    toolChoice: config.toolChoice === undefined ? undefined : toolChoice(object(config.toolChoice, 'toolChoice')),
    maxTokens: inference.take('maxTokens'),
    temperature: inference.take('temperature'),
    topP: inference.take('topP'),
    topK: own.take('top_k'),
    stop: inference.take('stopSequences'),
    output: output.textFormat === undefined ? undefined : outputView(object(output.textFormat, 'textFormat')),
    thinking: thinkingView(thinking, output.effort),
    tier: tier === undefined ? undefined : object(tier, 'serviceTier').type,
    cached: places.length === 0 ? undefined : places,
  };
  inference.done();
  const fields = { ...body.rest, ...(own.rest === undefined ? {} : { additionalModelRequestFields: own.rest }) };
  return given({ ...view, fields: Object.keys(fields).length === 0 ? undefined : fields }) as RequestView;
}

/** A cache point belongs to what stands before it. */
function placesOf(blocks: readonly Json[], at: string): string[] {
  const places: string[] = [];
  let last = -1;
  for (const block of blocks) {
    if (block.cachePoint === undefined) last += 1;
    else places.push(`${at}.${last}`);
  }
  return places;
}

function outputView(format: Json): RequestView['output'] {
  const definition = object(object(format.structure, 'structure').jsonSchema, 'jsonSchema');
  const schema: unknown = JSON.parse(text(definition.schema, 'schema'));
  return given({ schema, name: definition.name, description: definition.description }) as RequestView['output'] &
    object;
}

function toolView(value: Json): ToolView {
  const tool = members(object(value.toolSpec, 'toolSpec'), 'toolSpec');
  const view = {
    name: text(tool.take('name'), 'tool.name'),
    description: tool.take('description'),
    schema: schemaOf(object(tool.take('inputSchema'), 'inputSchema').json),
    strict: tool.take('strict'),
  };
  tool.done();
  return given(view) as ToolView;
}

function toolChoice(choice: Json): ToolChoiceView {
  if (choice.auto !== undefined) return 'auto';
  if (choice.any !== undefined) return 'required';
  return { tool: text(object(choice.tool, 'tool').name, 'tool.name') };
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

function conversation(messages: readonly Json[]): { turns: TurnView[]; cached: string[] } {
  const turns: TurnView[] = [];
  const cached: string[] = [];
  const names = callNames();
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    const role =
      message.role === 'assistant' ? 'assistant' : message.role === 'user' ? 'user' : wrong(at, 'has no role', message);
    for (const [place, block] of objects(message.content, at).entries()) {
      if (block.cachePoint !== undefined)
        cached.push(`turns.${turns.length - 1}.${(turns.at(-1)?.parts.length ?? 0) - 1}`);
      else addTurn(turns, role, [blockView(block, `${at}.content.${place}`, names)]);
    }
  }
  return { turns, cached };
}

function blockView(block: Json, at: string, names: CallNames): PartView {
  const [kind] = Object.keys(block);
  switch (kind) {
    case 'text':
      return { text: text(block.text, at) };
    case 'json':
      return { text: JSON.stringify(block.json) };
    case 'image':
    case 'audio':
    case 'video':
      return { [kind]: source(kind, object(block[kind], at), at) } as PartView;
    case 'document': {
      const document = object(block.document, at);
      return given({
        document: source('document', document, at),
        name: document.name,
        context: document.context,
      }) as PartView;
    }
    case 'reasoningContent': {
      const { reasoningText } = object(block.reasoningContent, at);
      return { thought: reasoningText === undefined ? '' : text(object(reasoningText, at).text, at) };
    }
    case 'toolUse': {
      const { toolUseId, name, input } = object(block.toolUse, at);
      names.call(text(toolUseId, at), text(name, at));
      return { call: text(name, at), input };
    }
    case 'toolResult': {
      const { toolUseId, content, status } = object(block.toolResult, at);
      const result = names.result(text(toolUseId, at), at);
      const views = objects(content, at).map((one, index) => blockView(one, `${at}.${index}`, names));
      return given({ result, content: resultContent(views), error: status === 'error' ? true : undefined }) as PartView;
    }
    default:
      return { other: block };
  }
}

const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
};

function source(kind: string, value: Json, at: string): MediaView {
  const { bytes, s3Location } = object(value.source, `${at}.source`);
  if (s3Location !== undefined) return { url: text(object(s3Location, at).uri, at) };
  const format = text(value.format, at);
  return { data: text(bytes, at), mediaType: TYPES[format] ?? `${kind}/${format}` };
}
