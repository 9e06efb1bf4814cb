import type { ChatRequest, ResponseFormat } from '../../chat/request.ts';
import type { Fields } from '../../transport/body.ts';
import { given, record } from '../shared/read.ts';
import { fromOpenApi, toGemini } from './schema.ts';
import { writeThinking } from './thinking.ts';
import { camelRecord, ownNative, type Wire } from './wire.ts';

function writeSchema(format: ResponseFormat & { type: 'json-schema' }): Wire {
  const original = record(ownNative(format.native)?.['responseSchema']);
  if (original !== undefined && JSON.stringify(fromOpenApi(original)) === JSON.stringify(format.schema))
    return { responseSchema: original };
  const schema = toGemini(format.schema);
  const described =
    format.description === undefined || 'description' in schema
      ? schema
      : { ...schema, description: format.description };
  return { responseJsonSchema: described };
}

function writeFormat(format: ResponseFormat): Wire {
  if (format.type === 'text') return { responseMimeType: 'text/plain' };
  if (format.type === 'json') return { responseMimeType: 'application/json' };
  return { responseMimeType: 'application/json', ...writeSchema(format) };
}

const OUTPUTS = new Set(['text', 'image', 'audio']);

function writeModalities(modalities: readonly string[], dropped: Set<string>): Wire {
  if (modalities.every((name) => OUTPUTS.has(name)))
    return { responseModalities: modalities.map((name) => name.toUpperCase()) };
  dropped.add('modalities');
  return {};
}

/** The API speaks raw 16-bit PCM only: https://ai.google.dev/gemini-api/docs/speech-generation */
function writeAudio(audio: NonNullable<ChatRequest['audio']>, dropped: Set<string>): Wire {
  if (audio.format !== undefined && audio.format !== 'pcm16' && audio.format !== 'pcm') dropped.add('audio.format');
  if (typeof audio.voice === 'string')
    return { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: audio.voice } } } };
  if (audio.voice !== undefined) dropped.add('audio.voice');
  return {};
}

/** The `generationConfig` of a request; undefined when it would be empty. Source: https://ai.google.dev/api/generate-content#generationconfig */
export function writeConfig(request: ChatRequest, model: string, dropped: Set<string>): Wire | undefined {
  const thinking = request.reasoning && writeThinking(request.reasoning, model, dropped);
  const config: Wire = {
    ...given('stopSequences', request.stop),
    ...(request.responseFormat && writeFormat(request.responseFormat)),
    ...(request.modalities && writeModalities(request.modalities, dropped)),
    ...given('candidateCount', request.n),
    ...given('maxOutputTokens', request.maxOutputTokens),
    ...given('temperature', request.temperature),
    ...given('topP', request.topP),
    ...given('topK', request.topK),
    ...given('seed', request.seed),
    ...given('presencePenalty', request.presencePenalty),
    ...given('frequencyPenalty', request.frequencyPenalty),
    ...given('responseLogprobs', request.logprobs),
    ...given('logprobs', request.logprobs === false ? undefined : request.topLogprobs),
    ...(request.audio && writeAudio(request.audio, dropped)),
    ...given('thinkingConfig', thinking),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}

/** A bound on the answer, laid into the member of a body in the spelling that it has there. */
export function bound(fields: Fields | undefined, tokens: number): readonly [string, Wire] {
  const name = fields?.has('generation_config') === true ? 'generation_config' : 'generationConfig';
  return [`${name}.maxOutputTokens`, { ...camelRecord(fields?.get(name), name), maxOutputTokens: tokens }];
}
