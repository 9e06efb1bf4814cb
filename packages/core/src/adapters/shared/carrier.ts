/**
 * Carriers: how the signed, encrypted or merely foreign reasoning of another provider travels through a client whose format has an opaque field for
 * its own, which clients echo byte for byte on the next turn. In Anthropic's Messages a thinking block has a `signature` and a redacted_thinking block
 * its `data` (https://platform.claude.com/docs/en/build-with-claude/extended-thinking#preserving-thinking-blocks), in OpenAI's Responses a reasoning
 * item its `encrypted_content` (https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items).
 * A carrier is `postern.` + base64url of a JSON object. It holds nothing secret: only what the provider gave for the client to keep.
 */
import type { Origin, ReasoningPart } from '../../chat/parts.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { type Json, record, string } from './read.ts';

/** What every carrier starts with. No signature of a vendor can: they are base64, which has no dot. */
export const CARRIER = 'postern.';

/** What is kept of a reasoning part besides its text, or of the signature of another part. */
export interface Cargo {
  origin?: Origin;
  id?: string;
  signature?: string;
  encrypted?: string;
  summary?: true;
  /** The signature belongs to the tool call with this id, and not to a reasoning part. */
  callId?: string;
  /** The signature belongs to the text block that follows, to the one before, or to a text without words that stood here. */
  text?: 'next' | 'previous' | 'empty';
}

/** Is this string a carrier of ours? */
export const isCarrier = (value: unknown): value is string => typeof value === 'string' && value.startsWith(CARRIER);

/** Cargo as the string that a client keeps. */
export const pack = (cargo: Cargo): string =>
  CARRIER + toBase64(JSON.stringify(cargo)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** The cargo of a carrier; empty when it was damaged on the way. */
export function unpack(carrier: string): Cargo {
  try {
    const value = record(
      JSON.parse(fromBase64(carrier.slice(CARRIER.length).replaceAll('-', '+').replaceAll('_', '/'))),
    );
    return value === undefined ? {} : readCargo(value);
  } catch {
    return {};
  }
}

function readCargo(value: Json): Cargo {
  const cargo: Cargo = {};
  const origin = readOrigin(value.origin);
  if (origin !== undefined) cargo.origin = origin;
  for (const key of ['id', 'signature', 'encrypted', 'callId'] as const) {
    const text = string(value[key]);
    if (text !== undefined) cargo[key] = text;
  }
  if (value.summary === true) cargo.summary = true;
  if (value.text === 'next' || value.text === 'previous' || value.text === 'empty') cargo.text = value.text;
  return cargo;
}

function readOrigin(member: unknown): Origin | undefined {
  const value = record(member);
  const format = string(value?.format);
  if (value === undefined || format === undefined) return undefined;
  const provider = string(value.provider);
  const model = string(value.model);
  return {
    format,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
  };
}

/** What a reasoning part needs besides its text. */
export function cargoOf(part: ReasoningPart): Cargo {
  return {
    ...(part.origin === undefined ? {} : { origin: part.origin }),
    ...(part.id === undefined ? {} : { id: part.id }),
    ...(part.signature === undefined ? {} : { signature: part.signature }),
    ...(part.encrypted === undefined ? {} : { encrypted: part.encrypted }),
    ...(part.summary === true ? { summary: true as const } : {}),
  };
}

/** A reasoning part restored from its carrier. */
export function reasoningOf(text: string, cargo: Cargo): ReasoningPart {
  const { callId: _callId, text: _text, ...fields } = cargo;
  return { type: 'reasoning', text, ...fields };
}
