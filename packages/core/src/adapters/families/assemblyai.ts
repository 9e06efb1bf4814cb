import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Again, Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { peekTranscript, transcriptMemo } from '../openai-chat/transcripts.ts';
import { given, type Json, number, record, records, string, text } from '../shared/read.ts';
import { Asked, mediaCall } from './media-call.ts';
import { type Spoken, transcriptResult } from './transcript.ts';

/** How long in ms a transcript is waited for before it is asked about again; the vendor's own clients wait 3 s. */
const PAUSE = 3_000;

/** Models that are told what the audio is about. Source: https://www.assemblyai.com/docs/pre-recorded-audio/prompting */
const PROMPTED = /^(?:universal-3|assemblyai-stt)/i;

/** What the later calls of one transcript need to know of the request. */
interface Memo {
  readonly format: string;
  /** The transcript's settings, until they are sent. */
  readonly job: Json | undefined;
  readonly dropped: readonly string[];
}

/** First the audio, then the order, then the question whether it is done. Source: https://www.assemblyai.com/docs/api-reference/files/upload */
function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const asked = new Asked(body);
  asked.get('response_format');
  // Words always come with their times.
  asked.get('timestamp_granularities');
  const language = asked.text('language');
  const prompt = asked.text('prompt');
  const prompted = PROMPTED.test(target.model);
  if (prompt !== undefined && !prompted) asked.drop('prompt');
  const { source } = asked.file('file');
  const { audio_url: _, webhook_url: __, ...options } = asked.options(target.provider);
  // Source: https://www.assemblyai.com/docs/api-reference/transcripts/submit
  const job = {
    ...options,
    speech_models: [target.model],
    ...(prompted ? given('prompt', prompt) : {}),
    ...(language === undefined ? { language_detection: true } : { language_code: language }),
  };
  const memo: Memo = { format: transcriptMemo(exchange).format, job, dropped: asked.dropped };
  return mediaCall(target, '/upload', {
    headers: { 'content-type': 'application/octet-stream' },
    body: source,
    dropped: memo.dropped,
    memo,
  });
}

function parse(value: unknown, call: UpstreamCall): OperationResult | Fault | Again {
  const body = record(value) ?? {};
  const memo = call.memo as Memo;
  const { target } = call;
  const uploaded = string(body['upload_url']);
  if (memo.job !== undefined && uploaded !== undefined) {
    const order = { json: { ...memo.job, audio_url: uploaded }, memo: { ...memo, job: undefined } };
    return { again: mediaCall(target, '/transcript', order), afterMs: 0 };
  }
  const [id, status] = [text(body['id']), text(body['status'])];
  if (status === 'completed') return finished(body, memo.format);
  if (status === 'error')
    return { kind: 'rejected', status: 400, message: text(body['error']) ?? 'The transcription failed.' };
  if (id === undefined) return { kind: 'invalid-response', message: 'The provider answered without a transcript.' };
  const question = mediaCall(target, `/transcript/${encodeURIComponent(id)}`, { method: 'GET', memo });
  return { again: question, afterMs: PAUSE };
}

function finished(body: Json, format: string): OperationResult {
  return transcriptResult(
    {
      text: string(body['text']) ?? '',
      words: records(body['words']).flatMap(wordOf),
      ...given('language', text(body['language_code'])),
      ...given('duration', number(body['audio_duration'])),
    },
    format,
  );
}

/** Times are milliseconds here. */
function wordOf(word: Json): Spoken[] {
  const spoken = text(word['text']);
  const [start, end] = [number(word['start']), number(word['end'])];
  if (spoken === undefined || start === undefined || end === undefined) return [];
  return [{ text: spoken, start: start / 1000, end: end / 1000 }];
}

/** AssemblyAI: audio heard, by an order that is asked about until it is done. */
export const ASSEMBLYAI = {
  transcriptions: { form: 'only', peek: peekTranscript, render, parse },
} as const satisfies Readonly<Record<string, OperationSide>>;
