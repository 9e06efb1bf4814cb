import { describe, expect, it } from 'vitest';
import type { Meter, Metered } from '../../adapters/adapter.ts';
import type { Frame } from '../../transport/frame.ts';
import { createSseReader } from '../../transport/sse.ts';
import { FrameInterpreter } from './interpret-frames.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const text = (chunk: string | Uint8Array | undefined): string =>
  typeof chunk === 'string' ? chunk : decoder.decode(chunk);

/** A meter that does with a frame what its data says. */
const meter = (read: (frame: Frame) => Metered): Meter => ({
  body: () => ({}),
  push: read,
  stop: () => '',
  fail: (error) => `error: ${error.code}`,
});
const passing = meter((frame) => ({ content: 1, ...(frame.data === 'end' ? { terminal: true as const } : {}) }));

describe('FrameInterpreter', () => {
  it('gives on the very buffer that came when every frame of it passes', () => {
    const interpreter = new FrameInterpreter(passing);
    const bytes = encoder.encode('data: 1\n\ndata: 2\n\n');
    expect(interpreter.push(createSseReader({ maxEventBytes: 1000 }).push(bytes))).toBe(bytes);
  });

  it('loses nothing when a chunk is as long as the frame that it completes', () => {
    const interpreter = new FrameInterpreter(passing);
    const reader = createSseReader({ maxEventBytes: 1000 });
    let out = '';
    for (const piece of ['data: 1\n', '\ndata: 2\n', '\ndata: 3\n', '\n'].map((part) => encoder.encode(part))) {
      const chunk = interpreter.push(reader.push(piece));
      if (chunk !== undefined) out += text(chunk);
    }
    expect(out).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n');
  });

  it('withholds what the meter hides, sends what it replaces, and keeps the rest to the byte', () => {
    const interpreter = new FrameInterpreter(
      meter((frame) =>
        frame.data === 'hide' ? { hide: true } : frame.data === 'swap' ? { replace: 'data: swapped\n\n' } : {},
      ),
    );
    const bytes = encoder.encode('data:  a\r\n\r\ndata: hide\n\ndata: swap\n\n: ping\n\n');
    expect(text(interpreter.push(createSseReader({ maxEventBytes: 1000 }).push(bytes)))).toBe(
      'data:  a\r\n\r\ndata: swapped\n\n: ping\n\n',
    );
  });

  it('withholds and counts a broken frame, and goes on', () => {
    const interpreter = new FrameInterpreter(
      meter((frame) => {
        if (frame.data === 'broken') throw new SyntaxError('no JSON');
        return {};
      }),
    );
    const bytes = encoder.encode('data: a\n\ndata: broken\n\ndata: b\n\n');
    expect(text(interpreter.push(createSseReader({ maxEventBytes: 1000 }).push(bytes)))).toBe('data: a\n\ndata: b\n\n');
    expect(interpreter.broken).toBe(1);
    expect(interpreter.fault).toBeUndefined();
  });

  it('gives up on a stream of broken frames', () => {
    const interpreter = new FrameInterpreter(
      meter(() => {
        throw new SyntaxError('no JSON');
      }),
    );
    const bytes = encoder.encode('data: x\n\n'.repeat(20));
    interpreter.push(createSseReader({ maxEventBytes: 1000 }).push(bytes));
    expect(interpreter.fault?.kind).toBe('invalid-response');
  });

  it('calls a stream without its terminal event incomplete', () => {
    const interpreter = new FrameInterpreter(passing);
    const bytes = encoder.encode('data: 1\n\n');
    interpreter.push(createSseReader({ maxEventBytes: 1000 }).push(bytes));
    expect(interpreter.end()).toBeUndefined();
    expect(interpreter.fault?.kind).toBe('incomplete');
  });
});
