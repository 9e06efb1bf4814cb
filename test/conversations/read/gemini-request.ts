import type { MediaView, PartView, RequestView, ThinkingView, ToolChoiceView, ToolView, TurnView } from '../neutral.ts';
import { given, isObject, type Json, maybeObjects, members, object, objects, text, wrong } from './json.ts';
import { addTurn, resultContent, schemaOf } from './turns.ts';

/** A GenerateContentRequest. Source: https://ai.google.dev/api/generate-content#request-body */
export function geminiRequest(value: unknown): RequestView {
  const body = members(object(value, 'body'), 'body');
  const instruction = body.take('systemInstruction');
  const contents = objects(body.take('contents'), 'contents');
  const tools = body.take('tools');
  const choice = body.take('toolConfig');
  const config = members(object(body.take('generationConfig') ?? {}, 'generationConfig'), 'generationConfig');
  const declared = maybeObjects(tools, 'tools');
  const functions = declared.flatMap((tool) => maybeObjects(tool.functionDeclarations, 'functionDeclarations'));
  const servers = declared.filter((tool) => tool.functionDeclarations === undefined);
  const thinking = config.take('thinkingConfig');
  const type = config.take('responseMimeType');
  const schema = config.take('responseJsonSchema') ?? jsonSchema(config.take('responseSchema'));
  const view = {
    system:
      instruction === undefined
        ? []
        : objects(object(instruction, 'systemInstruction').parts, 'parts')
            .map((part) => text(part.text, 'text'))
            .filter((said) => said !== ''),
    turns: conversation(contents),
    tools: functions.length === 0 ? undefined : functions.map(toolView),
    serverTools: servers.length === 0 ? undefined : servers,
    toolChoice: choice === undefined ? undefined : toolChoice(object(choice, 'toolConfig')),
    maxTokens: config.take('maxOutputTokens'),
    temperature: config.take('temperature'),
    topP: config.take('topP'),
    topK: config.take('topK'),
    stop: config.take('stopSequences'),
    seed: config.take('seed'),
    frequencyPenalty: config.take('frequencyPenalty'),
    presencePenalty: config.take('presencePenalty'),
    n: config.take('candidateCount'),
    logprobs: config.take('responseLogprobs'),
    topLogprobs: config.take('logprobs'),
    output: output(type, schema),
    thinking: thinking === undefined ? undefined : thinkingView(object(thinking, 'thinkingConfig')),
    tier: tierOf(body.take('serviceTier')),
  };
  const fields = { ...body.rest, ...(config.rest === undefined ? {} : { generationConfig: config.rest }) };
  return given({ ...view, fields: Object.keys(fields).length === 0 ? undefined : fields }) as RequestView;
}

/** Source: https://ai.google.dev/gemini-api/docs/priority-inference */
const tierOf = (tier: unknown): unknown => (tier === 'standard' ? 'default' : tier);

function output(type: unknown, schema: unknown): RequestView['output'] | undefined {
  if (schema !== undefined) return { schema };
  return type === undefined ? undefined : type === 'application/json' ? 'json' : 'text';
}

/** The API's own schemas write types in capitals. Source: https://ai.google.dev/api/caching#Schema */
function jsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonSchema);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'type' && typeof member === 'string' ? member.toLowerCase() : jsonSchema(member),
    ]),
  );
}

function toolView(value: Json): ToolView {
  const tool = members(value, 'function');
  const view = {
    name: text(tool.take('name'), 'function.name'),
    description: tool.take('description'),
    schema: schemaOf(tool.take('parametersJsonSchema') ?? jsonSchema(tool.take('parameters'))),
  };
  tool.done();
  return given(view) as ToolView;
}

function toolChoice(config: Json): ToolChoiceView {
  const { mode, allowedFunctionNames: names } = object(config.functionCallingConfig, 'functionCallingConfig');
  const allowed = names as string[] | undefined;
  if (mode === 'NONE') return 'none';
  if (mode === 'AUTO') return 'auto';
  if (mode === 'VALIDATED') return allowed === undefined ? 'validated' : { mode: 'auto', allowed };
  if (allowed === undefined) return 'required';
  return allowed.length === 1 ? { tool: String(allowed[0]) } : { mode: 'required', allowed };
}

function thinkingView(config: Json): ThinkingView {
  const { thinkingBudget: budget, thinkingLevel: level, includeThoughts: shown } = config;
  return given({
    effort: level === undefined ? undefined : text(level, 'thinkingLevel').toLowerCase(),
    budget: budget === 0 ? undefined : budget,
    off: budget === 0 ? true : undefined,
    shown,
  }) as ThinkingView;
}

function conversation(contents: readonly Json[]): TurnView[] {
  const turns: TurnView[] = [];
  for (const [index, content] of contents.entries()) {
    const at = `contents.${index}`;
    const role =
      content.role === 'model'
        ? 'assistant'
        : content.role === 'user' || content.role === undefined
          ? 'user'
          : wrong(at, 'has no role', content);
    addTurn(
      turns,
      role,
      objects(content.parts, at).map((part, place) => partView(part, `${at}.${place}`)),
    );
  }
  return turns;
}

function partView(part: Json, at: string): PartView {
  if (part.text !== undefined)
    return part.thought === true ? { thought: text(part.text, at) } : { text: text(part.text, at) };
  if (part.inlineData !== undefined || part.fileData !== undefined) return mediaView(part, at);
  if (part.functionCall !== undefined) {
    const call = object(part.functionCall, at);
    return { call: text(call.name, at), input: call.args ?? {} };
  }
  if (part.functionResponse !== undefined) return resultView(object(part.functionResponse, at), at);
  return { other: part };
}

/** `result` and `error` are the API's own names for text. Source: https://ai.google.dev/api/caching#FunctionResponse */
function resultView(result: Json, at: string): PartView {
  const response = object(result.response, `${at}.response`);
  const [only, ...more] = Object.keys(response);
  const isError = only === 'error' && more.length === 0;
  const wrapped = more.length === 0 && (only === 'result' || isError) ? response[only] : response;
  const said = typeof wrapped === 'string' ? wrapped : JSON.stringify(wrapped);
  const media = maybeObjects(result.parts, `${at}.parts`).map((part, index) => mediaView(part, `${at}.parts.${index}`));
  const content = said === '{}' ? media : [{ text: said }, ...media];
  return {
    result: text(result.name, `${at}.name`),
    content: resultContent(content),
    ...(isError ? { error: true as const } : {}),
  };
}

function mediaView(part: Json, at: string): PartView {
  const inline = part.inlineData === undefined ? undefined : object(part.inlineData, at);
  const file = part.fileData === undefined ? undefined : object(part.fileData, at);
  const mediaType = String(inline?.mimeType ?? file?.mimeType ?? '');
  const source: MediaView =
    inline === undefined ? { url: text(file?.fileUri, at) } : { data: text(inline.data, at), mediaType };
  if (mediaType.startsWith('image/')) return { image: source };
  if (mediaType.startsWith('audio/')) return { audio: source };
  if (mediaType.startsWith('video/')) return { video: source };
  return given({ document: source, name: inline?.displayName ?? file?.displayName }) as PartView;
}
