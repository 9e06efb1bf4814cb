/**
 * How another provider's reasoning and signatures travel through a client of this format, whose thinking is not signed: as the member `signature` of a
 * thinking block. The vendor's SDKs give members that they don't know to the caller, and send them back
 * (cohere-ai/cohere-typescript, `unrecognizedObjectKeys: 'passthrough'`). A carrier never reaches the vendor.
 */
import type { Origin, Part, ReasoningPart } from '../../chat/parts.ts';
import { CARRIER, type Cargo, cargoOf, isCarrier, pack, unpack } from '../shared/carrier.ts';
import type { Json } from '../shared/read.ts';
import { FORMAT } from './wire.ts';

export { CARRIER };

/** What a client echoes was issued by this format, unless a carrier says otherwise. */
export const OWN: Origin = { format: FORMAT };

/** What a client needs to bring foreign reasoning back; nothing for the vendor's own. */
export function sealOf(part: ReasoningPart): { signature?: string } {
  if (part.origin?.format === FORMAT) return {};
  const cargo = cargoOf(part);
  return Object.keys(cargo).length === 0 ? {} : { signature: pack(cargo) };
}

/** The block that carries the signature of a call or a text, whose own form has no place for one; undefined where there is nothing to carry. */
export function signatureBlock(part: Part, side: NonNullable<Cargo['text']> = 'next'): Json | undefined {
  if (part.signature === undefined || (part.type !== 'tool-call' && part.type !== 'text')) return undefined;
  const origin = part.origin === undefined ? {} : { origin: part.origin };
  const bound = part.type === 'tool-call' ? { callId: part.callId } : { text: side };
  return { type: 'thinking', thinking: '', signature: pack({ ...origin, signature: part.signature, ...bound }) };
}

/** The cargo of a block; undefined for a block that carries none. */
export const cargoIn = (block: Json): Cargo | undefined =>
  isCarrier(block.signature) ? unpack(block.signature) : undefined;
