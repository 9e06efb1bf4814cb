import type { ChatEvent } from '../../chat/events.ts';
import type { Annotation, Part } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import { FORMAT, ownNative, type Wire } from './wire.ts';

/**
 * A part on its way. Text goes out at once, unless a signature covers it: that belongs on the very part it came on. Everything
 * else is sent whole when it ends, for the API has no deltas of it.
 */
export interface OpenPart {
  value: Part;
  text: string;
  readonly held: boolean;
  logprobs: TokenLogprob[];
  annotations: Annotation[];
  /** Its place among the candidate's parts as a non-streamed answer would hold them. */
  readonly index: number;
}

type TextLike = Extract<Part, { type: 'text' | 'refusal' | 'reasoning' }>;
/** Is it sent in pieces? */
export const isText = (part: Part): part is TextLike =>
  part.type === 'text' || part.type === 'refusal' || part.type === 'reasoning';
/** Has its text to wait for the end? */
const isHeld = (part: Part): boolean =>
  isText(part) &&
  ((part.origin?.format === FORMAT && part.signature !== undefined) || ownNative(part.native) !== undefined);

/** The part as it ended; of text that was sent already only what completes it is left. */
export function completed(open: OpenPart, event: Extract<ChatEvent, { type: 'part-end' }>): Part {
  const { value, text, held } = open;
  const part = { ...value, ...event.complete } as Part;
  if (part.type === 'tool-call' || part.type === 'server-tool-call') return { ...part, input: part.input + text };
  return isText(part) ? { ...part, text: held ? text : '' } : part;
}

/** Does a text's last wire part say anything that was not sent with its deltas? */
export const addsNothing = (wire: Wire): boolean =>
  Object.keys(wire).every((key) => key === 'thought' || (key === 'text' && wire[key] === ''));

/** A part that has just started, at its place among those of its candidate. */
export const openPart = (value: Part, index: number): OpenPart => ({
  value,
  text: '',
  held: isHeld(value),
  logprobs: [],
  annotations: [...(value.annotations ?? [])],
  index,
});

/** A media part with one more piece of its bytes or words. */
export function withMedia(part: Part, event: Extract<ChatEvent, { type: 'media-delta' }>): Part {
  if (part.type !== 'image' && part.type !== 'audio') return part;
  const source =
    part.source.kind === 'base64' && event.data !== undefined
      ? { ...part.source, data: part.source.data + event.data }
      : part.source;
  if (part.type === 'image') return { ...part, source };
  return event.transcript === undefined
    ? { ...part, source }
    : { ...part, source, transcript: (part.transcript ?? '') + event.transcript };
}
