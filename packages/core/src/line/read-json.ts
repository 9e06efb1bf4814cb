import type { Fault } from '../chat/fault.ts';
import { UpstreamError } from '../kit/errors.ts';
import type { WireResponse } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';

const decoder = new TextDecoder();

/** The fault of an answer that is not in its format. */
export const invalidResponse = (what: string): Fault => ({
  kind: 'invalid-response',
  message: `The provider ${what}.`,
});

/** A whole answer as it came, and parsed. A class for the same reason as ByteText. */
class JsonAnswer {
  readonly bytes: Uint8Array;
  readonly value: object;

  constructor(bytes: Uint8Array, value: object) {
    this.bytes = bytes;
    this.value = value;
  }
}

/** A whole JSON answer. Throws UpstreamError `upstream_invalid_response` for HTML, nothing, or broken JSON, whatever its content type. */
export async function readJson(response: WireResponse, maxBytes: number): Promise<JsonAnswer> {
  const bytes = await readAll(response.body, maxBytes);
  if (bytes.length === 0) throw new UpstreamError('upstream_invalid_response', 'The provider answered with nothing.');
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new UpstreamError('upstream_invalid_response', 'The provider answered with something that is not JSON.', {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null) {
    throw new UpstreamError('upstream_invalid_response', 'The provider answered with JSON that is not an object.');
  }
  return new JsonAnswer(bytes, value);
}

/** A provider that answers a stream with JSON has mostly failed, or does not know streams. */
export function isJson(response: WireResponse): boolean {
  return response.header('content-type')?.includes('application/json') === true;
}
