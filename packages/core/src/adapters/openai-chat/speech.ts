import type { Fault } from '../../chat/fault.ts';
import type { Body, Fields } from '../../transport/body.ts';
import type { Exchange, OperationSide, Peek, Reading, Target, UpstreamCall } from '../adapter.ts';
import { needText, peekModel } from '../shared/operation-peek.ts';
import { record, string } from '../shared/read.ts';
import { canonicalCall } from './canonical-call.ts';
import { errorIn, faultOf } from './fault.ts';
import { MediaMeter } from './media-meter.ts';

/** What the reader of spoken text needs to know. */
interface SpeechMemo {
  readonly characters: number;
}

function peek(fields: Fields): Peek {
  const model = peekModel(fields);
  needText(fields, 'input');
  return { ...model, stream: fields.get('stream_format') === 'sse' };
}

function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const memo: SpeechMemo = { characters: [...(string(body.fields().get('input')) ?? '')].length };
  const accept = exchange.peek.stream ? 'text/event-stream' : '*/*';
  // Also the bytes of a file come piece by piece.
  return canonicalCall(body, target, exchange, { operation: 'speech', stream: true, accept, memo });
}

/** Types that audio is sent as; raw samples are mostly called a stream of octets. Pages and JSON are none. */
const AUDIO = /^(?:audio\/|application\/(?:octet-stream|ogg)\b|binary\/octet-stream|$)/;

/** How an answer of this type is read, where audio was asked for. */
function readsAudio(type: string): Reading {
  if (type.startsWith('text/event-stream')) return 'events';
  return AUDIO.test(type) ? 'bytes' : 'json';
}

/** Only a refusal, or something that is no audio at all, comes as JSON. */
function parseNoAudio(value: unknown): Fault {
  const body = record(value);
  if (body !== undefined && errorIn(body)) return faultOf(body, undefined);
  return { kind: 'invalid-response', message: 'The provider answered with something that is no audio.' };
}

/** Characters are what most models of speech are priced by. */
const usageOf = (call: UpstreamCall) => ({ inputCharacters: (call.memo as SpeechMemo).characters });

/** Spoken text of OpenAI's API and the compatible ones. Source: https://platform.openai.com/docs/api-reference/audio/createSpeech */
export const speech: OperationSide = {
  peek,
  render,
  reads: readsAudio,
  parse: parseNoAudio,
  usage: usageOf,
  meter: (call) => new MediaMeter(usageOf(call)),
};

/** Speech of an API that asks in a form of its own, and answers with the audio and never in events. */
export const speechBy = (render: OperationSide['render']): OperationSide => ({
  ...speech,
  render,
  reads: (type) => (readsAudio(type) === 'bytes' ? 'bytes' : 'json'),
});
