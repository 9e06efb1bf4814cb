import type { Body } from '../../transport/body.ts';
import { holdsAny } from '../shared/contains.ts';
import { record, records } from '../shared/read.ts';
import { CARRIER, cargoIn } from './carrier.ts';

const MARKS = [`"${CARRIER}`];
const RARE = MARKS.map((mark) => mark.slice(0, 6));

/** What another provider left with the client keeps its bytes from passing: carriers of its reasoning, which are not for the vendor. */
export function passes(raw: Body): boolean {
  if (!holdsAny(raw.text(), MARKS, RARE)) return true;
  return !records(raw.fields().get('messages')).some((message) =>
    records(message.content).some((block) => cargoIn(record(block) ?? {}) !== undefined),
  );
}
