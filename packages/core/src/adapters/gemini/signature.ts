import type { Origin, Part } from '../../chat/parts.ts';
import { fromBase64, toBase64 } from '../shared/base64.ts';
import { boolean, record, string } from '../shared/read.ts';
import { FORMAT, parseObject, type Wire } from './wire.ts';

/**
 * A signature or encrypted block of another provider, packed so that a Gemini client echoes it byte for byte: clients treat
 * `thoughtSignature` as opaque base64 (https://ai.google.dev/gemini-api/docs/thought-signatures).
 */
export interface Carried {
  readonly signature?: string;
  readonly encrypted?: string;
  readonly id?: string;
  readonly summary?: boolean;
  readonly origin: Origin;
}

/** 9 characters, so that their base64 stands alone as a prefix. */
const MARK = 'postern1:';
/** What the base64 of every carrier begins with. */
export const CARRIER_PREFIX = toBase64(MARK);

/** The carrier of what another provider signed, as valid base64. */
export const packSignature = (carried: Carried): string => toBase64(MARK + JSON.stringify(carried));

function originOf(value: unknown): Origin | undefined {
  const object = record(value);
  const format = string(object?.['format']);
  if (object === undefined || format === undefined) return undefined;
  const provider = string(object['provider']);
  const model = string(object['model']);
  return { format, ...(provider !== undefined && { provider }), ...(model !== undefined && { model }) };
}

function unpacked(value: Wire): Carried | undefined {
  const origin = originOf(value['origin']);
  if (origin === undefined) return undefined;
  const signature = string(value['signature']);
  const encrypted = string(value['encrypted']);
  const id = string(value['id']);
  const summary = boolean(value['summary']);
  return {
    origin,
    ...(signature !== undefined && { signature }),
    ...(encrypted !== undefined && { encrypted }),
    ...(id !== undefined && { id }),
    ...(summary !== undefined && { summary }),
  };
}

/** What a carrier holds; undefined for a signature that is Gemini's own. */
export function unpackSignature(signature: string): Carried | undefined {
  if (!signature.startsWith(CARRIER_PREFIX)) return undefined;
  try {
    const object = parseObject(fromBase64(signature.replaceAll('-', '+').replaceAll('_', '/')).slice(MARK.length));
    return object === undefined ? undefined : unpacked(object);
  } catch {
    return undefined;
  }
}

/** What a part of another provider holds that only that provider can read; undefined when there is nothing. */
export function carriedBy(part: Part): Carried | undefined {
  const { origin, signature, id } = part;
  if (origin === undefined || origin.format === FORMAT) return undefined;
  const encrypted = part.type === 'reasoning' ? part.encrypted : undefined;
  const reasoningId = part.type === 'reasoning' ? id : undefined;
  if (signature === undefined && encrypted === undefined && reasoningId === undefined) return undefined;
  return {
    origin,
    ...(signature !== undefined && { signature }),
    ...(encrypted !== undefined && { encrypted }),
    ...(reasoningId !== undefined && { id: reasoningId }),
    ...(part.type === 'reasoning' && { summary: part.summary === true }),
  };
}
