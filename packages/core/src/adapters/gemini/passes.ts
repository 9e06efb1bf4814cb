import type { Message } from '../../chat/request.ts';
import type { Body } from '../../transport/body.ts';
import type { Target } from '../adapter.ts';
import { holdsAny } from '../shared/contains.ts';
import { indexCalls } from './call-ids.ts';
import { isGemini3 } from './model.ts';
import { parse } from './parse.ts';
import { CARRIER_PREFIX } from './signature.ts';

const MARKS = [`"${CARRIER_PREFIX}`];
const RARE = MARKS.map((mark) => mark.slice(0, 6));
/** How ids of calls begin that another vendor or Postern made. */
const FOREIGN_CALLS = ['call_', 'toolu_'];
const FOREIGN_MARKS = FOREIGN_CALLS.map((start) => `"${start}`);
const FOREIGN_RARE = FOREIGN_MARKS.map((mark) => mark.slice(0, 6));

/** Are there calls of another model in the current turn that lack the signature that this generation demands of each step's first call? */
function lacksSignature(messages: readonly Message[]): boolean {
  const calls = indexCalls(messages);
  const turn = messages.findLastIndex((message) => message.role === 'user');
  return messages.slice(turn + 1).some(({ role, content }) => {
    const first = role === 'assistant' ? content.find((part) => part.type === 'tool-call') : undefined;
    if (first === undefined || first.signature !== undefined || calls.get(first.callId)?.derived === true) return false;
    return FOREIGN_CALLS.some((start) => first.callId.startsWith(start));
  });
}

/**
 * What another provider left with the client keeps its bytes from passing: carriers of its reasoning, and calls without a signature
 * where the model demands one.
 */
export function passes(raw: Body, target: Target): boolean {
  const text = raw.text();
  if (holdsAny(text, MARKS, RARE)) return false;
  if (!isGemini3(target.model) || !holdsAny(text, FOREIGN_MARKS, FOREIGN_RARE)) return true;
  return !lacksSignature(parse(raw.json()).messages);
}
