import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { readUsage } from '../gemini/usage.ts';
import { speech as openaiSpeech } from '../openai-chat/speech.ts';
import { bytesFromBase64 } from '../shared/base64.ts';
import { given, number, record, records, text } from '../shared/read.ts';
import { Asked, inexpressible, mediaCall } from './media-call.ts';
import { wavHeader } from './wav.ts';

/** Samples per second unless the type says otherwise. */
const RATE = 24_000;

/** The audio comes as samples; a header before them makes it a file. Source: https://ai.google.dev/gemini-api/docs/speech-generation */
function render(body: Body, target: Target): UpstreamCall {
  const asked = new Asked(body);
  const [input, voice] = [asked.text('input') ?? '', asked.text('voice')];
  const format = asked.text('response_format');
  if (format !== undefined && format !== 'wav' && format !== 'pcm')
    throw inexpressible('response_format', format, ['wav', 'pcm']);
  const instructions = asked.text('instructions');
  const speechConfig =
    voice === undefined ? {} : { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } } };
  const json = {
    // How to speak stands before what to say.
    contents: [{ role: 'user', parts: [{ text: instructions === undefined ? input : `${instructions}: ${input}` }] }],
    generationConfig: { ...speechConfig, ...asked.options(target.provider), responseModalities: ['AUDIO'] },
  };
  return mediaCall(target, `/models/${encodeURIComponent(target.model)}:generateContent`, {
    json,
    dropped: asked.dropped,
    inserted: format === undefined ? ['response_format=wav'] : [],
    memo: { format: format ?? 'wav', characters: [...input].length },
  });
}

function parse(value: unknown, call: UpstreamCall): OperationResult | Fault {
  const body = record(value) ?? {};
  const parts = records(body['candidates']).flatMap((candidate) => records(record(candidate['content'])?.['parts']));
  const inline = parts.map((part) => record(part['inlineData'])).find((data) => data !== undefined);
  const samples = samplesOf(text(inline?.['data']) ?? '');
  if (samples.length === 0) return { kind: 'invalid-response', message: 'The provider answered without audio.' };
  const rate = number(Number(/rate=(\d+)/.exec(text(inline?.['mimeType']) ?? '')?.[1])) ?? RATE;
  const { format, characters } = call.memo as { format: string; characters: number };
  const usage = { ...readUsage(body['usageMetadata']), ...given('inputCharacters', characters) };
  return format === 'pcm'
    ? { body: samples, type: `audio/pcm;rate=${rate}`, usage }
    : { body: joined(wavHeader(samples.length, rate), samples), type: 'audio/wav', usage };
}

/** None where the text is broken. */
function samplesOf(base64: string): Uint8Array {
  try {
    return bytesFromBase64(base64);
  } catch {
    return new Uint8Array(0);
  }
}

function joined(head: Uint8Array, rest: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + rest.length);
  whole.set(head);
  whole.set(rest, head.length);
  return whole;
}

/** Spoken text of Google's generateContent. */
export const GEMINI_SPEECH = {
  speech: { peek: openaiSpeech.peek, render, parse },
} as const satisfies Readonly<Record<string, OperationSide>>;
