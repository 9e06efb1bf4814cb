import type { Fault } from '../../chat/fault.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Body, FormPart } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { speechBy } from '../openai-chat/speech.ts';
import { peekTranscript, transcriptMemo } from '../openai-chat/transcripts.ts';
import { given, type Json, number, record, records, string, text } from '../shared/read.ts';
import { Asked, formCall, inexpressible, mediaCall, withQuery } from './media-call.ts';
import { heard, type Spoken } from './transcript.ts';

/** Source: https://elevenlabs.io/docs/api-reference/text-to-speech/stream#request.query.output_format */
const FORMATS: Readonly<Record<string, string>> = {
  mp3: 'mp3_44100_128',
  opus: 'opus_48000_128',
  // What OpenAI's own is: 16 bits, 24 kHz, no header.
  pcm: 'pcm_24000',
};

/** The voice is one of the vendor's own ids, in the path. Source: https://elevenlabs.io/docs/api-reference/text-to-speech/stream */
function renderSpeech(body: Body, target: Target): UpstreamCall {
  const asked = new Asked(body);
  const input = asked.text('input') ?? '';
  const voice = asked.voice();
  if (voice === undefined)
    throw new RequestError('invalid_request', "'voice' must be the id of a voice.", { param: 'voice' });
  const format = asked.text('response_format') ?? 'mp3';
  const output_format = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (output_format === undefined) throw inexpressible('response_format', format, Object.keys(FORMATS));
  const speed = asked.number('speed');
  const options = asked.options(target.provider);
  const settings = { ...record(options['voice_settings']), ...given('speed', speed) };
  return mediaCall(target, withQuery(`/text-to-speech/${encodeURIComponent(voice)}/stream`, { output_format }), {
    json: {
      ...options,
      ...(Object.keys(settings).length === 0 ? {} : { voice_settings: settings }),
      text: input,
      model_id: target.model,
    },
    headers: { accept: '*/*' },
    stream: true,
    dropped: asked.dropped,
    memo: { characters: [...input].length },
  });
}

/** Source: https://elevenlabs.io/docs/api-reference/speech-to-text/convert */
function renderTranscript(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const asked = new Asked(body);
  const memo = transcriptMemo(exchange);
  asked.get('response_format');
  // Words always come with their times.
  asked.get('timestamp_granularities');
  const [language, temperature] = [asked.text('language'), asked.text('temperature')];
  const file = asked.file('file');
  const parts: FormPart[] = [
    { name: 'model_id', value: target.model },
    ...(language === undefined ? [] : [{ name: 'language_code', value: language }]),
    ...(temperature === undefined ? [] : [{ name: 'temperature', value: temperature }]),
    ...options(asked.options(target.provider)),
    file,
  ];
  return formCall(target, '/speech-to-text', exchange, parts, { dropped: asked.dropped, memo });
}

/** Options of the very provider are further fields; some would have it fetch or answer elsewhere. */
function options(given: Json): FormPart[] {
  const allowed = Object.entries(given).filter(
    ([name]) => !/^(?:model_id|file|cloud_storage_url|source_url|webhook.*)$/.test(name),
  );
  return allowed.map(([name, value]) => ({ name, value: string(value) ?? JSON.stringify(value) }));
}

function parseTranscript(value: unknown, call: UpstreamCall): OperationResult | Fault {
  const body = record(value) ?? {};
  return heard(
    {
      text: string(body['text']),
      words: records(body['words']).flatMap(wordOf),
      ...given('language', text(body['language_code'])),
      ...given('duration', number(body['audio_duration_secs'])),
    },
    call,
  );
}

/** Between words stand spaces and sounds, each with a type of its own. */
function wordOf(word: Json): Spoken[] {
  const spoken = text(word['text']);
  const [start, end] = [number(word['start']), number(word['end'])];
  if ((text(word['type']) ?? 'word') !== 'word' || spoken === undefined) return [];
  return start === undefined || end === undefined ? [] : [{ text: spoken, start, end }];
}

/** ElevenLabs: text spoken and audio heard. */
export const ELEVENLABS = {
  speech: speechBy(renderSpeech),
  transcriptions: { form: 'only', peek: peekTranscript, render: renderTranscript, parse: parseTranscript },
} as const satisfies Readonly<Record<string, OperationSide>>;
