import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openaiChat } from '../adapters/openai-chat/index.ts';
import { callFor, compatible, DONE, EXACT, sse } from '../adapters/openai-chat/support.type-test.ts';
import { createSseReader } from '../transport/sse.ts';
import { FrameInterpreter } from './stream/interpret-frames.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const rows = [EXACT, compatible(), compatible({ repairs: ['reasoning-field', 'usage-every-frame', 'list-content'] })];

/** No UTF-16 pairs: a parsed text counts them as two, a scanned one as one. */
const word = fc.oneof(
  fc.constantFrom('', 'tokens', 'a "quoted" \\ one', 'é\n鍵'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
);
const delta = (fields: object, more: object = {}): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 5,
  model: 'gpt-5.4',
  choices: [{ index: 0, delta: fields, logprobs: null, finish_reason: null, ...more }],
});
const chunk = fc.oneof(
  { weight: 6, arbitrary: word.map((content) => delta({ content })) },
  { weight: 2, arbitrary: word.map((args) => delta({ tool_calls: [{ index: 0, function: { arguments: args } }] })) },
  fc.tuple(word, word).map(([content, reasoning]) => delta({ content, reasoning })),
  word.map((content) => ({ ...delta({ content }), usage: null })),
  fc.tuple(word, word).map(([content, obfuscation]) => ({ ...delta({ content }), obfuscation })),
  word.map((content) => ({
    ...delta({ content }),
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  })),
  fc.constantFrom<object>(
    delta({ role: 'assistant', content: '' }),
    delta({ content: [{ type: 'text', text: 'list' }] }),
    delta({}, { finish_reason: 'stop' }),
    { ...delta({}), choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
    { error: { message: 'overloaded', code: 503 } },
  ),
);
/** A frame as it is sent, or as it never should be. */
const frame = fc.oneof(
  { weight: 12, arbitrary: chunk.map((value) => sse([value as never])) },
  chunk.map((value) => sse([value as never]).replaceAll('\n', '\r\n')),
  chunk.map((value) => sse([value as never]).replace('"index":', '"index"')),
  chunk.map((value) => sse([value as never]).replace('}]', '')),
  word.map((text) => sse([delta({ content: 'x' }) as never]).replace('"x"', `"${text}"`)),
  fc.constantFrom(': ping\n\n', '\n', DONE),
);

interface Told {
  sent: string;
  broken: number;
  content: number;
  spoke: boolean;
  complete: boolean;
  usage: unknown;
  fault: unknown;
}

function told(pieces: readonly Uint8Array[], row: (typeof rows)[number], knows: boolean): Told {
  const meter = openaiChat.client.meter(callFor(row));
  const interpreter = new FrameInterpreter(meter);
  const reader = createSseReader({ maxEventBytes: 10_000, shape: knows ? meter.shape : undefined });
  let sent = '';
  const send = (part: string | Uint8Array | undefined): void => {
    sent += typeof part === 'string' ? part : decoder.decode(part);
  };
  // As the line does: behind the last event nothing is read.
  const goesOn = (): boolean => interpreter.fault === undefined && !interpreter.ended;
  for (const piece of pieces) if (goesOn()) send(interpreter.push(reader.push(piece)));
  if (goesOn()) send(interpreter.push(reader.end()));
  if (interpreter.fault === undefined) send(interpreter.end());
  const { broken, content, spoke, complete, usage, fault } = interpreter;
  return { sent, broken, content, spoke, complete, usage, fault };
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

describe('a passing stream whose frames are known by their shape', () => {
  it('tells and sends what it does when each frame is read by itself, however it is cut and whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 25 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.constantFrom(...rows),
        (frames, places, row) => {
          const pieces = cut(encoder.encode(frames.join('')), places);
          expect(told(pieces, row, true)).toEqual(told(pieces, row, false));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('counts as begun with the first frame that has characters, known or read', () => {
    const frames = [delta({ content: '' }), delta({ content: 'a' }), delta({ tool_calls: [{ index: 0 }] })];
    const stream = encoder.encode(sse(frames as never).replace('"index":0}]', '"index"0}]'));
    expect(told([stream], EXACT, true)).toEqual(told([stream], EXACT, false));
  });

  it('is withheld where a text among them is no JSON', () => {
    const good = sse([delta({ content: 'good' }) as never]);
    const stream = encoder.encode(good + good + good.replace('good', 'b\\ad') + good);
    expect(told([stream], compatible(), true)).toMatchObject({ broken: 1, content: 12, sent: good.repeat(3) });
  });

  it('passes as the very buffer, whose frames are never looked at one by one', () => {
    const meter = openaiChat.client.meter(callFor(EXACT));
    const interpreter = new FrameInterpreter(meter);
    const reader = createSseReader({ maxEventBytes: 10_000, shape: meter.shape });
    interpreter.push(reader.push(encoder.encode(sse([delta({ content: 'first' }) as never]))));
    const piece = encoder.encode(sse([delta({ content: 'a' }) as never, delta({ content: 'bc' }) as never]));
    const frames = [...reader.push(piece)];
    expect(frames.map(({ characters }) => characters)).toEqual([3]);
    expect(interpreter.push(frames)).toBe(piece);
    expect(interpreter.content).toBe(8);
  });
});
