import { asList, asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalid } from './errors.ts';

/** Members of the union. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html */
const KINDS = (
  'text image document video audio toolUse toolResult guardContent cachePoint reasoningContent citationsContent searchResult ' +
  'toolAddition toolRemoval'
).split(' ');
const OF_USER = ['image', 'document', 'video', 'audio', 'toolResult', 'guardContent', 'searchResult'];
const OF_ASSISTANT = ['toolUse', 'reasoningContent'];
/** Members of what a tool gave. Source: …/API_runtime_ToolResultContentBlock.html */
const RESULT_KINDS = ['text', 'json', 'image', 'document', 'video', 'searchResult'];

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  image: ['png', 'jpeg', 'gif', 'webp'],
  document: ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'],
  video: ['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'],
  audio: 'mp3 opus wav aac flac mp4 ogg mkv mka x-aac m4a mpeg mpga pcm webm'.split(' '),
};

/** Source: …/API_runtime_ToolUseBlock.html */
const ID = /^[a-zA-Z0-9_-]{1,64}$/;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** Source: …/API_runtime_DocumentBlock.html */
const DOCUMENT_NAME = /^(?!.*\s{2})[\p{L}\p{N}\s\-()[\]]{1,200}$/u;

/** What is wrong with one block at a place such as `messages.1.content.0`. */
export function refuseBlock(
  block: JsonObject,
  at: string,
  role: string,
  strictness: Strictness,
): VendorError | undefined {
  const [kind, ...more] = Object.keys(block);
  if (kind === undefined || more.length > 0 || !KINDS.includes(kind))
    return invalid(`The content block at ${at} must hold exactly one of the members that it can have.`);
  if ((role === 'user' ? OF_ASSISTANT : OF_USER).includes(kind))
    return invalid(`The ${kind} block at ${at} is not supported in the ${role} role.`);
  if (kind === 'text') return refuseText(block.text, at);
  const value = asObject(block[kind]);
  if (value === undefined) return invalid(`The ${kind} field at ${at} must be a structure.`);
  switch (kind) {
    case 'toolUse':
      return refuseUse(value, at);
    case 'toolResult':
      return refuseResult(value, at);
    case 'reasoningContent':
      return refuseReasoning(value, at, strictness);
    case 'cachePoint':
      return value.type === 'default' ? undefined : invalid(`The type of the cachePoint at ${at} must be default.`);
    case 'image':
    case 'document':
    case 'video':
    case 'audio':
      return refuseMedia(kind, value, at);
    default:
      return undefined;
  }
}

/** The words are the service's. */
function refuseText(text: unknown, at: string): VendorError | undefined {
  if (typeof text !== 'string') return invalid(`The text field at ${at} must be a string.`);
  return text.trim() === ''
    ? invalid(`The text field in the ContentBlock object at ${at} is blank. Add text to the text field, and try again.`)
    : undefined;
}

function refuseMedia(kind: string, value: JsonObject, at: string): VendorError | undefined {
  const source = asObject(value.source);
  if (source === undefined || Object.keys(source).length !== 1)
    return invalid(`The source of the ${kind} at ${at} must hold one member.`);
  const needed = kind !== 'document' || source.bytes !== undefined || source.s3Location !== undefined;
  if (needed && FORMATS[kind]?.includes(asText(value.format) ?? '') !== true)
    return invalid(`Value at ${at}.${kind}.format failed to satisfy constraint: Member must satisfy enum value set.`);
  if (kind === 'document' && !DOCUMENT_NAME.test(asText(value.name) ?? ''))
    return invalid(
      'The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can’t contain more than one consecutive whitespace character.',
    );
  if (source.bytes === undefined) return undefined;
  return /^[A-Za-z0-9+/]+={0,2}$/.test(asText(source.bytes) ?? '')
    ? undefined
    : invalid(`The bytes at ${at} are no base64.`);
}

function refuseUse(use: JsonObject, at: string): VendorError | undefined {
  if (!ID.test(asText(use.toolUseId) ?? ''))
    return invalid(`The toolUseId at ${at} must satisfy the pattern [a-zA-Z0-9_-]+.`);
  if (!NAME.test(asText(use.name) ?? '')) return invalid(`The name at ${at} must satisfy the pattern [a-zA-Z0-9_-]+.`);
  return asObject(use.input) === undefined
    ? invalid(
        `The format of the value at ${at}.toolUse.input is invalid. Provide a json object for the field and try again.`,
      )
    : undefined;
}

function refuseResult(result: JsonObject, at: string): VendorError | undefined {
  if (!ID.test(asText(result.toolUseId) ?? ''))
    return invalid(`The toolUseId at ${at} must satisfy the pattern [a-zA-Z0-9_-]+.`);
  if (asList(result.content) === undefined) return invalid(`The content at ${at}.toolResult must be a list.`);
  if (result.status !== undefined && result.status !== 'success' && result.status !== 'error')
    return invalid(`The status at ${at}.toolResult must be success or error.`);
  for (const [index, piece] of objectsOf(result.content).entries()) {
    const [kind, ...more] = Object.keys(piece);
    if (kind === undefined || more.length > 0 || !RESULT_KINDS.includes(kind))
      return invalid(`The content at ${at}.toolResult.content.${index} must hold exactly one of its members.`);
    const value = asObject(piece[kind]);
    const refused =
      kind in FORMATS && value !== undefined
        ? refuseMedia(kind, value, `${at}.toolResult.content.${index}`)
        : undefined;
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** The signature binds the text byte for byte. Source: …/API_runtime_ReasoningTextBlock.html */
function refuseReasoning(value: JsonObject, at: string, { signer }: Strictness): VendorError | undefined {
  const { redactedContent } = value;
  if (redactedContent !== undefined) {
    const genuine = signer.verify('bedrock-redacted', '', asText(redactedContent) ?? '');
    return genuine ? undefined : invalid(`${at}: Invalid \`data\` in \`redacted_thinking\` block`);
  }
  const text = asObject(value.reasoningText);
  if (typeof text?.text !== 'string') return invalid(`The reasoningText at ${at} must have a text.`);
  if (typeof text.signature !== 'string') return invalid(`${at}.thinking.signature: Field required`);
  const genuine = signer.verify('bedrock-reasoning', text.text, text.signature);
  return genuine ? undefined : invalid(`${at}: Invalid \`signature\` in \`thinking\` block`);
}
