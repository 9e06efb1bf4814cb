import { asObject, asText, inWords, type JsonObject } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidArgument } from './errors.ts';
import { listMember, member, membersOf, objectMember } from './names.ts';
import { isUser, partsOf } from './read.ts';
import { refuseSignatures } from './refuse-signatures.ts';

/** One of these makes a part. Source: `Part.data` of https://ai.google.dev/api/caching#Part. */
const DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];

/** What is wrong with `contents`; the words are generativelanguage.googleapis.com's. */
export function refuseContents(body: JsonObject, strictness: Strictness): VendorError | undefined {
  const contents = listMember(body, 'contents');
  if (contents.length === 0) return invalidArgument('* GenerateContentRequest.contents: contents is not specified\n');
  for (const [index, content] of contents.entries()) {
    const refused = refuseContent(content, index, contents.length > 1);
    if (refused !== undefined) return refused;
  }
  return refuseTurns(contents) ?? refuseSignatures(contents, strictness);
}

function refuseContent(content: JsonObject, index: number, several: boolean): VendorError | undefined {
  const { role } = content;
  // `function` is what older clients write for results.
  const valid = role === 'user' || role === 'model' || role === 'function' || (role === undefined && !several);
  if (!valid) return invalidArgument('Please use a valid role: user, model.');
  const at = `* GenerateContentRequest.contents[${index}]`;
  const parts = partsOf(content);
  if (parts.length === 0) return invalidArgument(`${at}.parts: contents.parts must not be empty.\n`);
  for (const [place, part] of parts.entries()) {
    const refused = refusePart(part, `${at}.parts[${place}]`, `contents[${index}].parts[${place}]`);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusePart(part: JsonObject, at: string, path: string): VendorError | undefined {
  const given = DATA.filter((name) => member(part, name) !== undefined);
  if (given.length === 0)
    return invalidArgument(`${at}.data: required oneof field 'data' must have one initialized field\n`);
  if (given.length > 1)
    return invalidArgument(
      `Invalid value at '${path}' (oneof), oneof field 'data' is already set. Cannot set '${given[1]}'`,
    );
  return refuseCall(part, at, path) ?? refuseResponse(part, at, path) ?? refuseData(part, at);
}

function refuseCall(part: JsonObject, at: string, path: string): VendorError | undefined {
  const call = objectMember(part, 'functionCall');
  if (call === undefined) return undefined;
  if ((asText(call.name) ?? '') === '') return invalidArgument(`${at}.function_call.name: Name cannot be empty.\n`);
  if (call.args === undefined || asObject(call.args) !== undefined) return undefined;
  return invalidArgument(
    `Invalid value at '${path}.function_call.args' (type.googleapis.com/google.protobuf.Struct), ${JSON.stringify(call.args)}`,
  );
}

function refuseResponse(part: JsonObject, at: string, path: string): VendorError | undefined {
  const response = objectMember(part, 'functionResponse');
  if (response === undefined) return undefined;
  if ((asText(response.name) ?? '') === '')
    return invalidArgument(`${at}.function_response.name: Name cannot be empty.\n`);
  if (response.response === undefined)
    return invalidArgument(`${at}.function_response.response: Response cannot be empty.\n`);
  if (asObject(response.response) !== undefined) return undefined;
  return invalidArgument(
    `Invalid value at '${path}.function_response.response' (type.googleapis.com/google.protobuf.Struct), ${JSON.stringify(response.response)}`,
  );
}

function refuseData(part: JsonObject, at: string): VendorError | undefined {
  const inline = objectMember(part, 'inlineData');
  if (inline === undefined) return undefined;
  if ((asText(member(inline, 'mimeType')) ?? '') === '')
    return invalidArgument(`${at}.inline_data.mime_type: The mime_type must be specified.\n`);
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(asText(inline.data) ?? '')
    ? undefined
    : invalidArgument(`Invalid value at '${at.slice(25)}.inline_data.data' (TYPE_BYTES), Base64 decoding failed`);
}

/** Calls come after a user turn, their results right after them, as many as there were calls, of the same functions. */
function refuseTurns(contents: readonly JsonObject[]): VendorError | undefined {
  for (const [index, content] of contents.entries()) {
    const before = contents[index - 1];
    const results = resultsOf(content);
    const calls = callsOf(before);
    if (callsOf(content).length > 0 && (before === undefined || !isUser(before))) {
      return invalidArgument(
        'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      );
    }
    if (results.length > 0 && calls.length === 0)
      return invalidArgument('Please ensure that function response turn comes immediately after a function call turn.');
    if ((results.length > 0 || calls.length > 0) && results.length !== calls.length) {
      return invalidArgument(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      );
    }
    const refused = refuseNames(calls, results);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refuseNames(calls: readonly JsonObject[], results: readonly JsonObject[]): VendorError | undefined {
  const open = calls.map((call) => call.name);
  for (const result of results) {
    const at = open.indexOf(result.name);
    if (at < 0)
      return invalidArgument(
        `Function response name '${inWords(result.name)}' does not match any function call of the function call turn.`,
      );
    open.splice(at, 1);
  }
  return undefined;
}

function callsOf(content: JsonObject | undefined): readonly JsonObject[] {
  return membersOf(partsOf(content), 'functionCall');
}

function resultsOf(content: JsonObject | undefined): readonly JsonObject[] {
  return membersOf(partsOf(content), 'functionResponse');
}
