import { seededRandom } from './random.ts';

/** A vector of length 1 of numbers that a 32-bit float holds exactly; the same for the same input. */
export function vector(length: number, seed: string | number, input: string): number[] {
  const random = seededRandom('embedding', seed, input);
  const raw = Array.from({ length }, () => random() - 0.5);
  const norm = Math.hypot(...raw) || 1;
  return raw.map((number) => Math.fround(number / norm));
}

/** The base64 of its little-endian 32-bit floats. */
export function base64(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
  return bytes.toString('base64');
}
