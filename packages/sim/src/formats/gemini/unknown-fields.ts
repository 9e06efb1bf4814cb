import { asList, asObject, type JsonObject } from '../../kit/json.ts';
import { camelCase, snakeCase } from './names.ts';

/** A field that the API doesn't have, and where it stood (empty: at the top). */
export interface UnknownField {
  readonly name: string;
  readonly at: string;
}

/** The shape of a message: its fields, each with the shape below it, or `true` when it is a value or any JSON. */
interface Shape {
  readonly [field: string]: Shape | true | (() => Shape);
}

function values(names: string): Shape {
  return Object.fromEntries(names.split(' ').map((name): [string, true] => [name, true]));
}

/** Source: js-genai src/types.ts `Schema`, the members of the Gemini API; JSON Schema's others (`$ref`, `const`, `additionalProperties`) are unknown there. */
const SCHEMA: Shape = {
  ...values(
    'type format title description nullable enum maxItems minItems required minProperties maxProperties minLength maxLength pattern example propertyOrdering default minimum maximum',
  ),
  items: () => SCHEMA,
  anyOf: () => SCHEMA,
  // A map: each of its members is a schema. `findUnknown` knows.
  properties: () => SCHEMA,
};

const PART: Shape = {
  ...values(
    'text thought thoughtSignature videoMetadata mediaResolution executableCode codeExecutionResult toolCall toolResponse partMetadata',
  ),
  inlineData: values('mimeType data displayName'),
  fileData: values('mimeType fileUri displayName'),
  functionCall: values('id name args partialArgs willContinue'),
  functionResponse: values('id name response parts scheduling willContinue'),
};

const CONTENT: Shape = { role: true, parts: PART };

const FUNCTION: Shape = {
  ...values('name description behavior parametersJsonSchema responseJsonSchema'),
  parameters: SCHEMA,
  response: SCHEMA,
};

const CONFIG: Shape = {
  ...values(
    'stopSequences responseMimeType responseModalities candidateCount maxOutputTokens temperature topP topK seed presencePenalty frequencyPenalty responseLogprobs logprobs ' +
      'enableEnhancedCivicAnswers speechConfig imageConfig mediaResolution responseJsonSchema responseFormat audioTranscriptionConfig translationConfig',
  ),
  thinkingConfig: values('includeThoughts thinkingBudget thinkingLevel'),
  responseSchema: SCHEMA,
};

/** Source: https://ai.google.dev/api/generate-content#request-body. */
const REQUEST: Shape = {
  ...values('model safetySettings cachedContent labels serviceTier store'),
  contents: CONTENT,
  systemInstruction: CONTENT,
  generationConfig: CONFIG,
  tools: {
    ...values(
      'googleSearch googleSearchRetrieval codeExecution urlContext computerUse fileSearch googleMaps mcpServers',
    ),
    functionDeclarations: FUNCTION,
  },
  toolConfig: {
    ...values('retrievalConfig includeServerSideToolInvocations'),
    functionCallingConfig: values('mode allowedFunctionNames'),
  },
};

/** Every field of a request that the API doesn't have. Source: https://protobuf.dev/programming-guides/json/: a parser refuses unknown fields. */
export function findUnknown(body: JsonObject): UnknownField[] {
  return inObject(body, REQUEST, '');
}

function inObject(object: JsonObject, shape: Shape, at: string): UnknownField[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const below = shape[camelCase(name)];
    if (below === undefined) return [{ name, at }];
    if (below === true) return [];
    const next = typeof below === 'function' ? below() : below;
    const place = at === '' ? snakeCase(name) : `${at}.${snakeCase(name)}`;
    return name === 'properties' ? inMap(value, next, place) : inValue(value, next, place);
  });
}

function inValue(value: unknown, shape: Shape, at: string): UnknownField[] {
  const list = asList(value);
  if (list !== undefined) return list.flatMap((item, index) => inValue(item, shape, `${at}[${index}]`));
  const object = asObject(value);
  return object === undefined ? [] : inObject(object, shape, at);
}

/** Members of a map are entries of `{ key, value }` in the API's eyes. */
function inMap(value: unknown, shape: Shape, at: string): UnknownField[] {
  return Object.values(asObject(value) ?? {}).flatMap((item, index) => inValue(item, shape, `${at}[${index}].value`));
}
