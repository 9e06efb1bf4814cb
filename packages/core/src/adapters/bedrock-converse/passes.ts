import type { Body, Fields } from '../../transport/body.ts';
import { CARRIER } from '../shared/carrier.ts';
import { holdsAny } from '../shared/contains.ts';
import { type Json, record, records } from '../shared/read.ts';
import { SEALED_CARRIER } from './carrier.ts';
import { isObject } from './wire.ts';

const MARKS = [`"${CARRIER}`, `"${SEALED_CARRIER}`];
const RARE = MARKS.map((mark) => mark.slice(0, 6));
/** How ids of calls begin that another vendor or Postern made; this API's own begin with `tooluse_`. */
const FOREIGN_CALLS = ['call_', 'toolu_'];
const FOREIGN_MARKS = FOREIGN_CALLS.map((start) => `"${start}`);

const thinks = (fields: Fields): boolean =>
  record(record(fields.get('additionalModelRequestFields'))?.thinking)?.type === 'enabled';

function isForeignCall(block: Json): boolean {
  const { toolUse } = block;
  const id = isObject(toolUse) ? toolUse.toolUseId : undefined;
  return typeof id === 'string' && FOREIGN_CALLS.some((start) => id.startsWith(start));
}

/** Do the messages go on with another model's calls? A turn of thinking would have to begin with thinking. */
function continuesForeign(messages: unknown): boolean {
  const last = records(messages).findLast(({ role }) => role === 'assistant');
  return records(last?.content).some(isForeignCall);
}

/** What another provider left with the client keeps its bytes from passing: carriers of its reasoning and citations, and calls that no thinking of this vendor led to. */
export function passes(raw: Body): boolean {
  const text = raw.text();
  if (holdsAny(text, MARKS, RARE)) return false;
  if (!FOREIGN_MARKS.some((mark) => text.includes(mark))) return true;
  const fields = raw.fields();
  return !(thinks(fields) && continuesForeign(fields.get('messages')));
}
