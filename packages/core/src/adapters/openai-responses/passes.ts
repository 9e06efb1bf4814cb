import type { Body } from '../../transport/body.ts';
import { CARRIER, isCarrier } from '../shared/carrier.ts';
import { holdsAny } from '../shared/contains.ts';
import { records } from '../shared/read.ts';

const MARKS = [`"${CARRIER}`];
const RARE = MARKS.map((mark) => mark.slice(0, 6));

/** What another provider left with the client keeps its bytes from passing: the vendor would refuse a reasoning item that it did not encrypt. */
export function passes(raw: Body): boolean {
  if (!holdsAny(raw.text(), MARKS, RARE)) return true;
  const fields = raw.fields();
  return !(fields.has('input') && records(fields.get('input')).some((item) => isCarrier(item.encrypted_content)));
}
