import type { Body } from '../../transport/body.ts';
import type { Target } from '../adapter.ts';
import { holdsAny } from '../shared/contains.ts';
import { type Json, record, records, string } from '../shared/read.ts';
import { isOurs } from './carriers-read.ts';
import { ORIGIN_MEMBER } from './carriers-write.ts';
import { isExact } from './row.ts';

/** Members of messages that hold reasoning and signatures. The API that owns the format has none of them. */
const CARRIERS = ['reasoning_content', 'reasoning_details', 'extra_content'] as const;
const MARKS = CARRIERS.map((name) => `"${name}"`);
const RARE = ['_conte', '_detai'];

const holds = (value: Json): boolean => CARRIERS.some((name) => value[name] !== undefined && value[name] !== null);

/** Details that Postern made of another provider's reasoning, and signatures over parts that are none. */
const isForeign = (detail: Json): boolean => isOurs(detail) || (string(detail['type']) ?? '').startsWith('signature.');

/** A call's signature that Postern handed to the client, with its origin. */
const isForeignCall = (call: Json): boolean => record(record(call['extra_content'])?.[ORIGIN_MEMBER]) !== undefined;

const calls = (message: Json): Json[] => records(message['tool_calls']);

function messagesOf(raw: Body): readonly Json[] {
  const fields = raw.fields();
  return fields.has('messages') ? records(fields.get('messages')) : [];
}

/**
 * What another provider left with the client keeps its bytes from passing: to the API that owns the format any carrier of reasoning, to
 * a compatible one those that name another origin.
 */
export function passes(raw: Body, target: Target): boolean {
  if (!holdsAny(raw.text(), MARKS, RARE)) return true;
  const stays = isExact(target.row)
    ? (message: Json) => holds(message) || calls(message).some(holds)
    : (message: Json) => records(message['reasoning_details']).some(isForeign) || calls(message).some(isForeignCall);
  return !messagesOf(raw).some(stays);
}
