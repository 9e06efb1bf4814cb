import type { Ask } from '../../answer/ask.ts';
import { asList, asNumber, asObject, asText, type JsonObject } from '../../kit/json.ts';
import { countJsonTokens, countTokens } from '../../kit/tokens.ts';
import type { Received, SimOperation } from '../format.ts';
import { MEDIA_TOKENS, MESSAGE_TOKENS } from '../media.ts';
import { listMember, member, membersOf, objectMember } from './names.ts';

/** Reads a GenerateContentRequest. Source: https://ai.google.dev/api/generate-content; js-genai src/types.ts. */
export function readGemini(received: Received, operation: SimOperation): Ask {
  const body = requestOf(received, operation);
  const config = objectMember(body, 'generationConfig');
  const contents = listMember(body, 'contents');
  const results = membersOf(partsOf(contents.at(-1)), 'functionResponse');
  const lastUser = contents.findLast(
    (content) => isUser(content) && partsOf(content).some((part) => member(part, 'functionResponse') === undefined),
  );
  return {
    model: received.model,
    stream: received.path.endsWith(':streamGenerateContent'),
    lastText:
      results.length > 0
        ? results.map((result) => JSON.stringify(result.response)).join('')
        : partsOf(lastUser).map(partText).join(''),
    endsWithToolResult: results.length > 0,
    prefill: contents.at(-1)?.role === 'model' ? partsOf(contents.at(-1)).map(partText).join('') : undefined,
    toolRounds: contents
      .slice(lastUser === undefined ? 0 : contents.indexOf(lastUser) + 1)
      .filter((content) => partsOf(content).some((part) => member(part, 'functionCall') !== undefined)).length,
    tools: declarations(body).map((tool) => ({
      name: asText(tool.name) ?? '',
      schema: member(tool, 'parametersJsonSchema') ?? tool.parameters,
    })),
    toolChoice: toolChoice(body),
    parallelTools: true,
    maxTokens: asNumber(member(config, 'maxOutputTokens')),
    stop: (asList(member(config, 'stopSequences')) ?? []).flatMap((one) => asText(one) ?? []),
    choices: asNumber(member(config, 'candidateCount')) ?? 1,
    json: jsonWanted(config),
    reasoning: reasoning(config),
    images: true,
    paysRefusals: false,
    promptTokens: promptTokens(body, contents),
  };
}

/** The request itself; countTokens may hold it as `generateContentRequest`. Source: https://ai.google.dev/api/tokens. */
export function requestOf(received: Received, operation: SimOperation): JsonObject {
  const body = asObject(received.body) ?? {};
  return operation === 'count-tokens' ? (objectMember(body, 'generateContentRequest') ?? body) : body;
}

/** The parts of a content. */
export function partsOf(content: JsonObject | undefined): readonly JsonObject[] {
  return listMember(content, 'parts');
}

/** The functions declared in all tools. */
export function declarations(body: JsonObject): readonly JsonObject[] {
  return listMember(body, 'tools').flatMap((tool) => listMember(tool, 'functionDeclarations'));
}

/** `role` may be left out of a single turn and means user. Results of functions come as user (or, as older clients write, function). */
export function isUser(content: JsonObject): boolean {
  return content.role !== 'model';
}

function partText(part: JsonObject): string {
  return part.thought === true ? '' : (asText(part.text) ?? '');
}

/** Source: `FunctionCallingConfig.mode`, `allowedFunctionNames`. */
function toolChoice(body: JsonObject): Ask['toolChoice'] {
  const config = objectMember(objectMember(body, 'toolConfig'), 'functionCallingConfig');
  const mode = asText(config?.mode)?.toUpperCase();
  const allowed = asList(member(config, 'allowedFunctionNames')) ?? [];
  if (mode === 'NONE') return 'none';
  if (mode !== 'ANY') return 'auto';
  return allowed.length > 0 ? { name: asText(allowed[0]) ?? '' } : 'required';
}

function jsonWanted(config: JsonObject | undefined): Ask['json'] {
  const schema = member(config, 'responseJsonSchema') ?? member(config, 'responseSchema');
  return member(config, 'responseMimeType') === 'application/json' ? { schema } : undefined;
}

/** Source: `ThinkingConfig`: thoughts are billed, and shown only under `includeThoughts`; a budget of 0 switches them off. */
function reasoning(config: JsonObject | undefined): Ask['reasoning'] {
  const thinking = objectMember(config, 'thinkingConfig');
  if (thinking === undefined || member(thinking, 'thinkingBudget') === 0) return 'off';
  return member(thinking, 'includeThoughts') === true ? 'shown' : 'hidden';
}

function promptTokens(body: JsonObject, contents: readonly JsonObject[]): number {
  const system = partsOf(objectMember(body, 'systemInstruction')).reduce(
    (sum, part) => sum + countTokens(partText(part)),
    0,
  );
  const said = contents.flatMap((content) => partsOf(content).map(partTokens));
  return said.reduce(
    (sum, count) => sum + count,
    system + countJsonTokens(body.tools) + contents.length * MESSAGE_TOKENS,
  );
}

function partTokens(part: JsonObject): number {
  const media = member(part, 'inlineData') ?? member(part, 'fileData');
  return (
    countTokens(partText(part)) +
    countJsonTokens(member(part, 'functionCall')) +
    countJsonTokens(member(part, 'functionResponse')) +
    (media === undefined ? 0 : MEDIA_TOKENS)
  );
}
