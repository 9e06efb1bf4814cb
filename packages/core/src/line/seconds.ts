import { type FormFile, isFormFile } from '../transport/body.ts';
import type { LineExchange } from './exchange.ts';
import { declaredSize } from './relay/upload.ts';

/**
 * Bytes of a second of sound at the least: 6 kbit/s, where Opus begins (https://www.rfc-editor.org/rfc/rfc6716#section-2.1.1); MP3 begins at 8. Silence can
 * be written in fewer.
 */
const LEAST_RATE = 750;

/**
 * Seconds of sound that a form's files can hold at the most: by the rate that a WAVE file of plain samples says it has, of any other by the lowest
 * bitrate that is in use. A file that is still on its way has at most what its request has, or else what a file may have. Of sound that is named by its
 * address nobody knows, and it counts none.
 */
export function secondsAtMost(exchange: LineExchange): number {
  let seconds = 0;
  for (const part of exchange.body?.form ?? []) {
    if (isFormFile(part)) seconds += Math.ceil((part.source.size ?? sizeOnItsWay(exchange)) / rateOf(part));
  }
  return seconds;
}

/** Bytes that a form has at most which is sent on as it comes. */
export const sizeOnItsWay = ({ line, request }: LineExchange): number =>
  declaredSize(request.header('content-length')) ?? line.settings.form.maxFileBytes;

/**
 * Bytes of a second. What a header says of the rate, whoever plays the file goes by too.
 * Source: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
 */
function rateOf({ head }: FormFile): number {
  if (head === undefined || head.length < 36) return LEAST_RATE;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isWave = view.getUint32(0) === RIFF && view.getUint32(8) === WAVE && view.getUint32(12) === FORMAT;
  const kind = view.getUint16(20, true);
  if (!isWave || (kind !== 1 && kind !== 3)) return LEAST_RATE;
  const frame = Math.min(
    view.getUint16(32, true),
    Math.floor((view.getUint16(22, true) * view.getUint16(34, true)) / 8),
  );
  return Math.max(1, view.getUint32(24, true) * frame);
}

const RIFF = 0x52494646;
const WAVE = 0x57415645;
const FORMAT = 0x666d7420;
