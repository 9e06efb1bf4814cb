import type { Chunk } from '../../transport/gateway-request.ts';

const encoder = new TextEncoder();

/** Several chunks as one, so that one write serves them. */
export function joined(chunks: readonly Chunk[]): Chunk {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  if (chunks.every((chunk) => typeof chunk === 'string')) return chunks.join('');
  const parts = chunks.map((chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk));
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
