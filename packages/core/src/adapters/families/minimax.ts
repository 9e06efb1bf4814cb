import type { Fault, FaultKind } from '../../chat/fault.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import type { OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { speech as openaiSpeech } from '../openai-chat/speech.ts';
import { count, given, number, record, text } from '../shared/read.ts';
import { Asked, inexpressible, mediaCall } from './media-call.ts';

/** The formats that are files of their own, and their types. */
const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  pcm: 'audio/pcm;rate=24000',
};

/** The voice is one of the vendor's own ids, which it requires. Source: https://platform.minimax.io/docs/api-reference/speech-t2a-http */
function render(body: Body, target: Target): UpstreamCall {
  const asked = new Asked(body);
  const input = asked.text('input') ?? '';
  const voice_id = asked.voice();
  if (voice_id === undefined)
    throw new RequestError('invalid_request', "'voice' must be the id of a voice.", { param: 'voice' });
  const format = asked.text('response_format') ?? 'mp3';
  if (!Object.hasOwn(TYPES, format)) throw inexpressible('response_format', format, Object.keys(TYPES));
  const options = asked.options(target.provider);
  const voice_setting = { ...record(options['voice_setting']), ...given('speed', asked.number('speed')), voice_id };
  // Samples as OpenAI's own are.
  const rate = format === 'pcm' ? { sample_rate: 24_000, channel: 1 } : {};
  const audio_setting = { ...record(options['audio_setting']), ...rate, format };
  return mediaCall(target, '/t2a_v2', {
    json: {
      ...options,
      model: target.model,
      text: input,
      voice_setting,
      audio_setting,
      stream: false,
      output_format: 'hex',
    },
    dropped: asked.dropped,
    memo: { format, characters: [...input].length },
  });
}

/** What its codes mean, of those that are not the request's own fault. Source: https://platform.minimax.io/docs/api-reference/errorcode */
const KINDS: Readonly<Record<number, FaultKind>> = {
  1000: 'unavailable',
  1001: 'timeout',
  1002: 'rate-limited',
  1004: 'credentials',
  1008: 'quota',
  1024: 'unavailable',
  1026: 'content-filter',
  1027: 'content-filter',
  1033: 'unavailable',
  1039: 'rate-limited',
  1041: 'rate-limited',
  2045: 'rate-limited',
  2049: 'credentials',
  2056: 'quota',
};

/** A refusal comes with a good status as well: its code stands in the body. */
function parse(value: unknown, call: UpstreamCall): OperationResult | Fault {
  const body = record(value) ?? {};
  const told = record(body['base_resp']);
  const code = number(told?.['status_code']) ?? 0;
  if (code !== 0) {
    const message = text(told?.['status_msg']) ?? 'The provider refused without a word.';
    return { kind: KINDS[code] ?? 'rejected', message, code: String(code) };
  }
  const audio = bytesOf(text(record(body['data'])?.['audio']) ?? '');
  if (audio === undefined) return { kind: 'invalid-response', message: 'The provider answered without audio.' };
  const { format, characters } = call.memo as { format: string; characters: number };
  // It counts in its own way, by which it bills.
  const billed = count(record(body['extra_info'])?.['usage_characters']);
  return { body: audio, ...given('type', TYPES[format]), usage: { inputCharacters: billed ?? characters } };
}

/** The bytes that hexadecimal digits stand for; undefined when there are none. */
function bytesOf(hex: string): Uint8Array | undefined {
  if (hex === '' || hex.length % 2 !== 0 || /[^\da-f]/i.test(hex)) return undefined;
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** MiniMax: text spoken. */
export const MINIMAX = { speech: { peek: openaiSpeech.peek, render, parse } } as const satisfies Readonly<
  Record<string, OperationSide>
>;
