import type { Fault } from '../../chat/fault.ts';
import type { Body, FormPart } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { peekTranscript, transcriptMemo } from '../openai-chat/transcripts.ts';
import { record, string } from '../shared/read.ts';
import { Asked, formCall, inexpressible } from './media-call.ts';
import { heard } from './transcript.ts';

/** The API tells words without times, so that there are no subtitles. */
const FORMATS = ['json', 'text'];

/** A form with the project in it, beside the chats that the row's baseUrl is for. Source: https://ibm.github.io/watsonx-ai-node-sdk/interfaces/1_7_x.WatsonXAI.TranscribeAudioParams.html */
function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const asked = new Asked(body);
  const memo = transcriptMemo(exchange);
  const format = asked.text('response_format');
  if (format !== undefined && !FORMATS.includes(format)) throw inexpressible('response_format', format, FORMATS);
  const file = asked.file('file');
  const fields = { ...target.row.bodyFields, model: target.model, language: asked.text('language') };
  const parts = Object.entries(fields).flatMap(([name, value]): FormPart[] =>
    value === undefined ? [] : [{ name, value }],
  );
  return formCall(target, '/ml/v1/audio/transcriptions', exchange, [...parts, file], {
    wholePath: true,
    dropped: asked.dropped,
    memo,
  });
}

const parse = (value: unknown, call: UpstreamCall): OperationResult | Fault =>
  heard({ text: string(record(value)?.['text']), words: [] }, call);

/** Transcripts of watsonx.ai. */
export const watsonxTranscripts: OperationSide = { form: 'only', peek: peekTranscript, render, parse };
