/**
 * Carriers: how the signed, encrypted or merely foreign reasoning of another provider travels through a client of this format. Clients echo
 * `signature` and `redactedContent` unread (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningContentBlock.html); the latter
 * has to be base64.
 */

import { fromBase64, toBase64 } from '../shared/base64.ts';
import { CARRIER, type Cargo, isCarrier, pack, unpack } from '../shared/carrier.ts';
import { isObject } from './wire.ts';

/** What the base64 of every carrier begins with: the bits that are its own. */
export const SEALED_CARRIER = toBase64(CARRIER).slice(0, 10);

/** Cargo as `redactedContent`. */
export const packSealed = (cargo: Cargo): string => toBase64(pack(cargo));

/** What a block of reasoning carries for another provider; undefined for one that is this format's own. */
export function cargoIn(reasoning: unknown): { cargo: Cargo; text: string } | undefined {
  if (!isObject(reasoning)) return undefined;
  const { reasoningText, redactedContent } = reasoning;
  if (isObject(reasoningText) && isCarrier(reasoningText.signature))
    return {
      cargo: unpack(reasoningText.signature),
      text: typeof reasoningText.text === 'string' ? reasoningText.text : '',
    };
  if (typeof redactedContent !== 'string' || !redactedContent.startsWith(SEALED_CARRIER)) return undefined;
  return { cargo: opened(redactedContent), text: '' };
}

function opened(sealed: string): Cargo {
  try {
    const carrier = fromBase64(sealed);
    return isCarrier(carrier) ? unpack(carrier) : {};
  } catch {
    return {};
  }
}
