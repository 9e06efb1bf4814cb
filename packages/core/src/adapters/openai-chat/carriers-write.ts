import type { Origin, Part, ReasoningPart } from '../../chat/parts.ts';
import { given, type Json } from '../shared/read.ts';
import { FORMAT, nativeOf } from './wire.ts';

/** Does the part need more than its words to be restored? */
export function isSealed(part: ReasoningPart): boolean {
  return (
    part.signature !== undefined ||
    part.encrypted !== undefined ||
    (part.id !== undefined && part.origin !== undefined) ||
    typeof nativeOf(part)['type'] === 'string'
  );
}

function originFields(origin: Origin | undefined): Json {
  return {
    ...given('format', origin?.format),
    ...given('provider', origin?.provider),
    ...given('model', origin?.model),
  };
}

function typeOf(part: ReasoningPart): string {
  const { type } = nativeOf(part);
  if (typeof type === 'string') return type;
  if (part.encrypted !== undefined) return 'reasoning.encrypted';
  return part.summary === true ? 'reasoning.summary' : 'reasoning.text';
}

function words(part: ReasoningPart): Json {
  if (part.encrypted !== undefined && part.text === '') return {};
  return part.summary === true ? { summary: part.text } : { text: part.text };
}

function sealed(part: ReasoningPart): Json {
  return {
    type: typeOf(part),
    ...words(part),
    ...given('data', part.encrypted),
    ...given('signature', part.signature),
    ...given('id', part.id),
  };
}

/** A signed or encrypted block for a client of this format, with its origin, so that it can be restored byte-exact when the client sends it back. */
export function detailFor(part: ReasoningPart, index: number): Json {
  const { format, index: vendorIndex, ...vendor } = nativeOf(part);
  const kept = { ...vendor, ...given('upstream_format', format), ...given('upstream_index', vendorIndex) };
  return { ...kept, ...sealed(part), ...originFields(part.origin), index };
}

/** The block as its own vendor sent it. */
export function vendorDetail(part: ReasoningPart): Json {
  return { ...nativeOf(part), ...sealed(part) };
}

/** Where in its message a signed part stands. */
export type Place = { start: number; end: number } | { tool_call_id: string } | { image: number };

/** A signature over a part that isn't reasoning: its own kind of detail, which clients that only know reasoning skip. */
export function signatureDetail(part: Part & { signature?: string }, place: Place, index: number): Json {
  const kind =
    'start' in place ? 'signature.text' : 'tool_call_id' in place ? 'signature.tool_call' : 'signature.image';
  return { type: kind, signature: part.signature, ...place, ...originFields(part.origin), index };
}

/** A tool call's thought signature in the spelling of Google's own compatible API. Source: https://ai.google.dev/gemini-api/docs/openai (thought signatures) */
export function extraContent(part: Part): Json | undefined {
  if (part.type !== 'tool-call' || part.signature === undefined) return undefined;
  const { format } = part.origin ?? {};
  return format === 'gemini' || format === FORMAT ? { google: { thought_signature: part.signature } } : undefined;
}

/** Where a client's `extra_content` tells whose signature it holds: such bytes go back to nobody else. */
export const ORIGIN_MEMBER = 'postern';

/** {@link extraContent} for a client of this format, with its origin beside it. */
export function clientExtraContent(part: Part): Json | undefined {
  const content = extraContent(part);
  return content === undefined ? undefined : { ...content, [ORIGIN_MEMBER]: originFields(part.origin) };
}
