import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { speechBy } from '../openai-chat/speech.ts';
import { peekTranscript, transcriptMemo } from '../openai-chat/transcripts.ts';
import { given, type Json, number, record, records, string, text } from '../shared/read.ts';
import { Asked, inexpressible, mediaCall, withQuery } from './media-call.ts';
import { heard, type Spoken } from './transcript.ts';

/** The audio goes as it is, everything else stands in the query. Source: https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded */
function renderListen(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const asked = new Asked(body);
  const memo = transcriptMemo(exchange);
  asked.get('response_format');
  // Words always come with their times.
  asked.get('timestamp_granularities');
  const language = asked.text('language');
  const file = asked.file('file');
  const options = queryOf(asked.options(target.provider));
  return mediaCall(
    target,
    withQuery('/listen', {
      ...options,
      model: target.model,
      language,
      ...(language === undefined ? { detect_language: 'true' } : {}),
      // Punctuation and capital letters, which the client's own format always has.
      smart_format: options['smart_format'] ?? 'true',
    }),
    {
      headers: { 'content-type': file.type ?? 'application/octet-stream' },
      body: file.source,
      dropped: asked.dropped,
      memo,
    },
  );
}

/** Options of the very provider are further parameters; a callback would have it answer elsewhere. */
function queryOf(options: Json): Record<string, string> {
  const allowed = Object.entries(options).filter(([name]) => !/^(?:callback|model$)/.test(name));
  return Object.fromEntries(allowed.map(([name, value]) => [name, string(value) ?? JSON.stringify(value)]));
}

function parseListen(value: unknown, call: UpstreamCall): OperationResult | Fault {
  const body = record(value) ?? {};
  const [channel] = records(record(body['results'])?.['channels']);
  const [best] = records(channel?.['alternatives']);
  return heard(
    {
      text: string(best?.['transcript']),
      words: records(best?.['words']).flatMap(wordOf),
      ...given('language', text(channel?.['detected_language'])),
      ...given('duration', number(record(body['metadata'])?.['duration'])),
    },
    call,
  );
}

function wordOf(word: Json): Spoken[] {
  const spoken = text(word['punctuated_word']) ?? text(word['word']);
  const [start, end] = [number(word['start']), number(word['end'])];
  return spoken === undefined || start === undefined || end === undefined ? [] : [{ text: spoken, start, end }];
}

/** Containers of the client's format, as this API names them. Source: https://developers.deepgram.com/docs/tts-encoding */
const ENCODINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mp3: { encoding: 'mp3' },
  opus: { encoding: 'opus', container: 'ogg' },
  aac: { encoding: 'aac' },
  flac: { encoding: 'flac' },
  wav: { encoding: 'linear16', container: 'wav', sample_rate: '24000' },
  // What OpenAI's own is: 16 bits, 24 kHz, no header.
  pcm: { encoding: 'linear16', container: 'none', sample_rate: '24000' },
};

/** The voice is the model here. Source: https://developers.deepgram.com/reference/text-to-speech/speak-request */
function renderSpeak(body: Body, target: Target): UpstreamCall {
  const asked = new Asked(body);
  const input = asked.text('input') ?? '';
  const format = asked.text('response_format') ?? 'mp3';
  const encoding = Object.hasOwn(ENCODINGS, format) ? ENCODINGS[format] : undefined;
  if (encoding === undefined) throw inexpressible('response_format', format, Object.keys(ENCODINGS));
  const query = {
    ...queryOf(asked.options(target.provider)),
    ...encoding,
    speed: asked.number('speed'),
    model: target.model,
  };
  return mediaCall(target, withQuery('/speak', query), {
    json: { text: input },
    headers: { accept: '*/*' },
    stream: true,
    dropped: asked.dropped,
    memo: { characters: [...input].length },
  });
}

/** Deepgram: audio heard and text spoken. */
export const DEEPGRAM = {
  transcriptions: {
    form: 'only',
    peek: peekTranscript,
    render: renderListen,
    parse: parseListen,
  },
  speech: speechBy(renderSpeak),
} as const satisfies Readonly<Record<string, OperationSide>>;
