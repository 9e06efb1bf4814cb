import type { Format } from '../formats/format.ts';
import type { Frame, FrameStream } from '../wire/frame.ts';
import type { FaultName, FaultSizes } from './names.ts';

/** A fault that changes the events of a stream. */
type FrameFault = (stream: FrameStream, format: Format, sizes: FaultSizes) => FrameStream;

/** The faults of streams, in the order in which they are done when several are asked for. */
const FRAME_FAULTS: Readonly<Partial<Record<FaultName, FrameFault>>> = {
  'double-usage': ({ frames, ending }, format) => ({ frames: doubleUsage(frames, format), ending }),
  'two-terminals': ({ frames, ending }, format) => ({ frames: [...frames, ...endOf(frames, format)], ending }),
  'no-terminal': ({ frames, ending }, format) => ({ frames: withoutTerminal(frames, format), ending }),
  badjson: ({ frames, ending }, _, sizes) => ({ frames: insertAfter(frames, sizes.faultAfter, broken), ending }),
  stall: ({ frames, ending }, _, sizes) => ({ frames: delayAfter(frames, sizes.faultAfter, sizes.stall), ending }),
  trickle: ({ frames, ending }, _, sizes) => ({
    frames: frames.map((frame) => (frame.role === 'token' ? { ...frame, delay: sizes.trickle } : frame)),
    ending,
  }),
  slow: ({ frames, ending }, _, sizes) => ({
    frames: frames.map((frame, index) => (index === 0 ? { ...frame, delay: sizes.slow } : frame)),
    ending,
  }),
  midfault: ({ frames }, format, sizes) => ({
    frames: [...upTo(frames, sizes.faultAfter), format.errorFrame('overloaded')],
    ending: 'end',
  }),
  '200-error': (_, format) => ({ frames: [format.errorFrame('server')], ending: 'end' }),
  cleancut: ({ frames }, _, sizes) => ({ frames: upTo(frames, sizes.cutAfter), ending: 'end' }),
  cut: ({ frames }, _, sizes) => ({ frames: upTo(frames, sizes.cutAfter), ending: 'cut' }),
};

/** The stream with these faults in it. */
export function withFrameFaults(
  stream: FrameStream,
  faults: ReadonlySet<FaultName>,
  format: Format,
  sizes: FaultSizes,
): FrameStream {
  return Object.entries(FRAME_FAULTS).reduce(
    (changed, [name, fault]) => (faults.has(name as FaultName) ? fault(changed, format, sizes) : changed),
    stream,
  );
}

/** The events until so many tokens are out. */
function upTo(frames: readonly Frame[], tokens: number): Frame[] {
  return frames.slice(0, indexAfter(frames, tokens));
}

/** The index of the first event after `tokens` tokens, for 0 that of the first token; never past the last event with a token, so that a short answer breaks too. */
function indexAfter(frames: readonly Frame[], tokens: number): number {
  if (tokens <= 0)
    return Math.max(
      0,
      frames.findIndex((frame) => frame.role === 'token'),
    );
  const lastToken = frames.findLastIndex((frame) => frame.role === 'token');
  let out = 0;
  for (const [index, frame] of frames.entries()) {
    out += frame.tokens;
    if (out >= tokens && frame.role === 'token')
      return Math.min(index + 1, lastToken < 0 ? frames.length : lastToken + 1);
  }
  return lastToken < 0 ? 0 : lastToken + 1;
}

function insertAfter(frames: readonly Frame[], tokens: number, make: (before: Frame | undefined) => Frame): Frame[] {
  const at = indexAfter(frames, tokens);
  return [...frames.slice(0, at), make(frames[at - 1]), ...frames.slice(at)];
}

/** An event between good ones that stops in the middle of its JSON; no token of the answer is in it. */
function broken(before: Frame | undefined): Frame {
  const data = before?.data ?? '{}';
  return {
    ...(before?.event === undefined ? {} : { event: before.event }),
    role: 'other',
    tokens: 0,
    data: data.slice(0, Math.ceil(data.length * 0.7)),
  };
}

function delayAfter(frames: readonly Frame[], tokens: number, delay: number): Frame[] {
  const at = indexAfter(frames, tokens);
  return frames.map((frame, index) => (index === at ? { ...frame, delay } : frame));
}

/** Everything that ends the answer: what closes it, its usage, its end mark. Gemini and Responses have one event for all. */
function endOf(frames: readonly Frame[], format: Format): Frame[] {
  if (format.name === 'gemini' || format.name === 'ollama' || format.name === 'openai-responses')
    return frames.slice(-1).map(silent);
  return frames.filter((frame) => frame.role === 'close' || frame.role === 'terminal').map(silent);
}

/** Without `[DONE]`, without message_stop; Gemini’s last chunk without its finishReason. */
function withoutTerminal(frames: readonly Frame[], format: Format): Frame[] {
  if (format.name !== 'gemini') return frames.filter((frame) => frame.role !== 'terminal');
  return frames.map((frame) =>
    frame.role === 'terminal'
      ? { ...frame, role: 'token' as const, data: frame.data.replace(/"finishReason":"[A-Z_]+",?/, '') }
      : frame,
  );
}

/** The event that has the usage, again; Anthropic’s message_delta, OpenAI’s chunk without choices, Cohere’s message-end, Gemini’s usage alone. */
function doubleUsage(frames: readonly Frame[], format: Format): Frame[] {
  return frames.flatMap((frame, index) => {
    if (format.name === 'openai-chat' || format.name === 'bedrock-converse')
      return frame.role === 'usage' ? [frame, frame] : [frame];
    // Its usage stands on the last line alone, which can't come twice without ending twice.
    if (format.name === 'ollama') return [frame];
    if (format.name === 'openai-responses') return frame.role === 'terminal' ? [toldEarly(frame), frame] : [frame];
    if (format.name === 'anthropic-messages') return frame.role === 'close' ? [frame, silent(frame)] : [frame];
    if (format.name === 'cohere') return frame.role === 'terminal' ? [frame, silent(frame)] : [frame];
    return index === frames.length - 1
      ? [
          frame,
          {
            ...frame,
            role: 'usage' as const,
            tokens: 0,
            data: frame.data.replace(/"candidates":\[.*\],"usageMetadata"/s, '"usageMetadata"'),
          },
        ]
      : [frame];
  });
}

/** The usage of a response, told before its end as well. */
function toldEarly(frame: Frame): Frame {
  const type = 'response.in_progress';
  return {
    ...silent(frame),
    role: 'usage',
    event: type,
    data: frame.data.replace(/"type":"[a-z._]+"/, `"type":"${type}"`),
  };
}

/** The event again, with no tokens that were not counted before. */
function silent(frame: Frame): Frame {
  return { ...frame, tokens: 0 };
}
