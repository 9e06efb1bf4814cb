import * as z from 'zod';

/** Bytes of metadata as JSON, at most. */
const MOST_METADATA = 16_384;
const encoder = new TextEncoder();

/** What the host keeps with an entity: any JSON object up to {@link MOST_METADATA}. */
export function metadata() {
  return z
    .record(z.string(), z.json(), { error: 'is no object; write a JSON object' })
    .check(({ value, issues }) => {
      const problem = problemOf(value);
      if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: value });
    })
    .meta({ description: `At most ${MOST_METADATA} bytes as JSON.` });
}

function problemOf(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  const { length } = encoder.encode(text);
  if (length > MOST_METADATA) return `is ${length} bytes as JSON; the most is ${MOST_METADATA}`;
  // A store of text can hold no half of a character, and not all of them a NUL.
  return /\\u0000|\\ud[89a-f][0-9a-f]{2}/.test(text)
    ? 'has text with a NUL or half a character; leave it out'
    : undefined;
}
