import type { ChatRequest, ResponseFormat } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { boolean, given, number, record, string, strings } from '../shared/read.ts';
import { fromOpenApi } from './schema.ts';
import { readThinking } from './thinking.ts';
import { camelRecord, FORMAT, type Wire } from './wire.ts';

type Settings = Partial<ChatRequest>;

/** Number fields and their names in the chat model. */
const NUMBERS = {
  maxOutputTokens: 'maxOutputTokens',
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  candidateCount: 'n',
  seed: 'seed',
  presencePenalty: 'presencePenalty',
  frequencyPenalty: 'frequencyPenalty',
  logprobs: 'topLogprobs',
} as const satisfies Record<string, keyof ChatRequest>;
type NumberField = keyof typeof NUMBERS;
const isNumberField = (key: string): key is NumberField => Object.hasOwn(NUMBERS, key);

const MODALITIES: Readonly<Record<string, string>> = { TEXT: 'text', IMAGE: 'image', AUDIO: 'audio' };
const FORMAT_FIELDS = new Set(['responseMimeType', 'responseSchema', 'responseJsonSchema']);

/** What is read so far: the chat model's fields, and by path what it has no name for. */
interface Reading {
  readonly settings: Settings;
  readonly extensions: [string, unknown][];
}

function readFormat(config: Wire): ResponseFormat | undefined {
  const mimeType = string(config['responseMimeType']);
  if (mimeType !== undefined && mimeType !== 'application/json')
    return mimeType === 'text/plain' ? { type: 'text' } : undefined;
  const schema = record(config['responseJsonSchema']);
  if (schema !== undefined) return { type: 'json-schema', schema };
  const openApi = record(config['responseSchema']);
  if (openApi !== undefined)
    return { type: 'json-schema', schema: fromOpenApi(openApi), native: { [FORMAT]: { responseSchema: openApi } } };
  return mimeType === undefined ? undefined : { type: 'json' };
}

function readModalities(value: unknown): string[] | undefined {
  const names = strings(value)?.map((name) => name.toUpperCase());
  if (names === undefined || !names.every((name) => Object.hasOwn(MODALITIES, name))) return undefined;
  return names.map((name) => MODALITIES[name] ?? name);
}

/** The prebuilt voice, when that is all that a speech configuration says. */
function onlyVoice(speech: Wire): string | undefined {
  const voice = camelRecord(speech['voiceConfig'], 'generationConfig.speechConfig.voiceConfig');
  const prebuilt =
    voice && camelRecord(voice['prebuiltVoiceConfig'], 'generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig');
  const name = string(prebuilt?.['voiceName']);
  return voice !== undefined && Object.keys(voice).length === 1 && Object.keys(prebuilt ?? {}).length === 1
    ? name
    : undefined;
}

function readSpeech(value: unknown, into: Reading): void {
  const speech = camelRecord(value, 'generationConfig.speechConfig') ?? {};
  const voice = onlyVoice(speech);
  if (voice !== undefined) into.settings.audio = { voice };
  for (const [key, member] of Object.entries(speech)) {
    if (key !== 'voiceConfig' || voice === undefined)
      into.extensions.push([`generationConfig.speechConfig.${key}`, member]);
  }
}

function readThoughts(value: unknown, into: Reading): void {
  const { reasoning, others } = readThinking(camelRecord(value, 'generationConfig.thinkingConfig') ?? {});
  into.settings.reasoning = reasoning;
  for (const [key, member] of Object.entries(others ?? {}))
    into.extensions.push([`generationConfig.thinkingConfig.${key}`, member]);
}

function wrongType(key: string, expected: string): RequestError {
  return new RequestError('invalid_request', `"generationConfig.${key}" must be ${expected}.`, {
    param: `generationConfig.${key}`,
  });
}

function readNumber(key: NumberField, value: unknown, into: Reading): void {
  const read = number(value);
  if (read === undefined) throw wrongType(key, 'a number');
  into.settings[NUMBERS[key]] = read;
}

function readStop(value: unknown, into: Reading): void {
  const stop = typeof value === 'string' ? [value] : strings(value);
  if (stop === undefined) throw wrongType('stopSequences', 'a list of strings');
  into.settings.stop = stop;
}

function readField(key: string, value: unknown, into: Reading): void {
  if (isNumberField(key)) readNumber(key, value, into);
  else if (key === 'stopSequences') readStop(value, into);
  else if (key === 'thinkingConfig') readThoughts(value, into);
  else if (key === 'speechConfig') readSpeech(value, into);
  else readOther(key, value, into);
}

function readOther(key: string, value: unknown, into: Reading): void {
  const modalities = key === 'responseModalities' ? readModalities(value) : undefined;
  const logprobs = key === 'responseLogprobs' ? boolean(value) : undefined;
  if (modalities !== undefined) into.settings.modalities = modalities;
  else if (logprobs !== undefined) into.settings.logprobs = logprobs;
  else into.extensions.push([`generationConfig.${key}`, value]);
}

/**
 * `generationConfig` as fields of the chat model, and as extensions by their path what it has no name for.
 * Throws RequestError `invalid_request`. Source: https://ai.google.dev/api/generate-content#generationconfig
 */
export function readConfig(value: unknown): { settings: Settings; extensions: [string, unknown][] } {
  const config = camelRecord(value, 'generationConfig') ?? {};
  const into: Reading = { settings: {}, extensions: [] };
  const responseFormat = readFormat(config);
  Object.assign(into.settings, given('responseFormat', responseFormat));
  for (const [key, member] of Object.entries(config)) {
    if (member === undefined || member === null) continue;
    if (!FORMAT_FIELDS.has(key)) readField(key, member, into);
    else if (responseFormat === undefined) into.extensions.push([`generationConfig.${key}`, member]);
  }
  return into;
}
