import type { Part } from '../../chat/parts.ts';
import type { Cargo } from '../shared/carrier.ts';

/** A signature on its way back, and how many parts stand before it. */
export interface Loose {
  readonly at: number;
  readonly cargo: Cargo;
}

function signedBy(parts: readonly Part[], { at, cargo }: Loose): Part | undefined {
  if (cargo.callId !== undefined)
    return parts.find((part) => part.type === 'tool-call' && part.callId === cargo.callId);
  const side = cargo.text === 'previous' ? parts.slice(0, at).reverse() : parts.slice(at);
  return side.find((part) => part.type === 'text');
}

/** Gives the signatures that travelled in blocks of their own back to the parts that they sign. */
export function signed(parts: Part[], loose: Loose[]): Part[] {
  for (const one of loose) {
    const part = signedBy(parts, one);
    if (part === undefined) continue;
    if (one.cargo.signature !== undefined) part.signature = one.cargo.signature;
    if (one.cargo.origin !== undefined) part.origin = one.cargo.origin;
  }
  return parts;
}
