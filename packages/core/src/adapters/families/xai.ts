import type { Fault } from '../../chat/fault.ts';
import type { Body, FormPart } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { speechBy } from '../openai-chat/speech.ts';
import { peekTranscript, transcriptMemo } from '../openai-chat/transcripts.ts';
import { given, type Json, number, record, records, string, text } from '../shared/read.ts';
import { Asked, formCall, inexpressible, mediaCall } from './media-call.ts';
import { heard, type Spoken } from './transcript.ts';

/** Its default is mp3 at 24 kHz; samples are 16 bits without a header, as OpenAI's are. Source: https://docs.x.ai/developers/model-capabilities/audio/text-to-speech */
const FORMATS: Readonly<Record<string, Json>> = {
  mp3: { codec: 'mp3' },
  wav: { codec: 'wav', sample_rate: 24_000 },
  pcm: { codec: 'pcm', sample_rate: 24_000 },
};

/** One voice model, which the request doesn't name. Source: https://docs.x.ai/developers/model-capabilities/audio/text-to-speech */
function renderSpeech(body: Body, target: Target): UpstreamCall {
  const asked = new Asked(body);
  const input = asked.text('input') ?? '';
  const format = asked.text('response_format') ?? 'mp3';
  const output_format = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (output_format === undefined) throw inexpressible('response_format', format, Object.keys(FORMATS));
  const voice = asked.voice();
  const { language = 'auto', ...options } = asked.options(target.provider);
  return mediaCall(target, '/tts', {
    json: { ...options, text: input, ...given('voice_id', voice), language, output_format },
    headers: { accept: '*/*' },
    stream: true,
    dropped: asked.dropped,
    memo: { characters: [...input].length },
  });
}

/** The file comes last. Source: https://docs.x.ai/developers/model-capabilities/audio/speech-to-text */
function renderTranscript(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const asked = new Asked(body);
  const memo = transcriptMemo(exchange);
  asked.get('response_format');
  // Words always come with their times.
  asked.get('timestamp_granularities');
  const language = asked.text('language');
  const file = asked.file('file');
  // A language is there for numbers and the like to be written as such, which the client's own format always does.
  const fields: Json = { ...given('language', language), ...(language === undefined ? {} : { format: 'true' }) };
  const parts: FormPart[] = [...partsOf({ ...fields, ...asked.options(target.provider) }), { ...file, name: 'file' }];
  return formCall(target, '/stt', exchange, parts, { dropped: asked.dropped, memo });
}

/** Options of the very provider are further fields, lists several of one name; an address would have it fetch the audio elsewhere. */
function partsOf(fields: Json): FormPart[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (name === 'url' || name === 'file') return [];
    const values = Array.isArray(value) ? value : [value];
    return values.map((one: unknown) => ({ name, value: string(one) ?? JSON.stringify(one) }));
  });
}

/** Source: https://docs.x.ai/developers/rest-api-reference/inference/speech-to-text */
function parseTranscript(value: unknown, call: UpstreamCall): OperationResult | Fault {
  const body = record(value) ?? {};
  return heard(
    {
      text: string(body['text']),
      words: records(body['words']).flatMap(wordOf),
      ...given('language', text(body['language'])),
      ...given('duration', number(body['duration'])),
    },
    call,
  );
}

function wordOf(word: Json): Spoken[] {
  const spoken = text(word['text']);
  const [start, end] = [number(word['start']), number(word['end'])];
  return spoken === undefined || start === undefined || end === undefined ? [] : [{ text: spoken, start, end }];
}

/** xAI: text spoken and audio heard. */
export const XAI = {
  speech: speechBy(renderSpeech),
  transcriptions: { form: 'only', peek: peekTranscript, render: renderTranscript, parse: parseTranscript },
} as const satisfies Readonly<Record<string, OperationSide>>;
