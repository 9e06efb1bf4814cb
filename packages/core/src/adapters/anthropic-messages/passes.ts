import type { Body } from '../../transport/body.ts';
import { Mark } from '../shared/contains.ts';
import { type Json, record } from '../shared/read.ts';
import { CARRIER, isCarrier } from './carrier.ts';
import { isForeignCitation } from './citations.ts';
import { isObject } from './wire.ts';

const MARK = new Mark(`"${CARRIER}`);
/** How ids of calls begin that another vendor or Postern made; the vendor's own begin with `toolu_`. */
const FOREIGN_CALL = 'call_';
const FOREIGN_CALL_MARK = new Mark(`"${FOREIGN_CALL}`);

const carries = (block: Json): boolean =>
  isCarrier(block.signature) ||
  isCarrier(block.data) ||
  (Array.isArray(block.citations) && block.citations.some(isForeignCitation));

function blocksOf(message: unknown): readonly Json[] {
  const content = record(message)?.content;
  return Array.isArray(content) ? content.filter(isObject) : [];
}

const isForeignCall = (block: Json): boolean =>
  block.type === 'tool_use' && typeof block.id === 'string' && block.id.startsWith(FOREIGN_CALL);

/** Does a request with a budget of thinking go on with another model's calls? Its turn would have to begin with thinking. */
function continuesForeign(messages: readonly unknown[], thinking: unknown): boolean {
  if (record(thinking)?.type !== 'enabled') return false;
  const last = messages.findLast((message) => record(message)?.role === 'assistant');
  return blocksOf(last).some(isForeignCall);
}

/**
 * What another provider left with the client keeps its bytes from passing: carriers of its reasoning, whose signatures the vendor would
 * refuse, citations that Postern made of its own, and calls that no thinking of this vendor led to.
 */
export function passes(raw: Body): boolean {
  const bytes = raw.bytes();
  const marked = MARK.isIn(bytes);
  if (!marked && !FOREIGN_CALL_MARK.isIn(bytes)) return true;
  const fields = raw.fields();
  const messages = fields.get('messages');
  if (!Array.isArray(messages)) return true;
  if (marked && messages.some((message) => blocksOf(message).some(carries))) return false;
  return !continuesForeign(messages, fields.has('thinking') ? fields.get('thinking') : undefined);
}
