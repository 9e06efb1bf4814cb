import type { Body, Fields } from '../../transport/body.ts';
import { CARRIER, isCarrier } from '../shared/carrier.ts';
import { holdsAny } from '../shared/contains.ts';
import { type Json, record } from '../shared/read.ts';
import { isForeignCitation } from './citations.ts';
import { isObject } from './wire.ts';

const MARKS = [`"${CARRIER}`];
const RARE = MARKS.map((mark) => mark.slice(0, 6));
/** How ids of calls begin that another vendor or Postern made; the vendor's own begin with `toolu_`. */
const FOREIGN_CALL = 'call_';
const FOREIGN_CALL_MARK = `"${FOREIGN_CALL}`;

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

/** Do the messages go on with another model's calls? A turn of thinking would have to begin with thinking. */
function continuesForeign(messages: readonly unknown[]): boolean {
  const last = messages.findLast((message) => record(message)?.role === 'assistant');
  return blocksOf(last).some(isForeignCall);
}

/** Does the request give the model a budget of thinking? */
const thinks = (fields: Fields): boolean =>
  fields.has('thinking') && record(fields.get('thinking'))?.type === 'enabled';

/**
 * What another provider left with the client keeps its bytes from passing: carriers of its reasoning, whose signatures the vendor would
 * refuse, citations that Postern made of its own, and calls that no thinking of this vendor led to.
 */
export function passes(raw: Body): boolean {
  const [text, fields] = [raw.text(), raw.fields()];
  const marked = holdsAny(text, MARKS, RARE);
  const called = thinks(fields) && text.includes(FOREIGN_CALL_MARK);
  if (!marked && !called) return true;
  const messages = fields.get('messages');
  if (!Array.isArray(messages)) return true;
  if (marked && messages.some((message) => blocksOf(message).some(carries))) return false;
  return !(called && continuesForeign(messages));
}
