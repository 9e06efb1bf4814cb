import type { Body } from '../../transport/body.ts';
import { holdsAny } from '../shared/contains.ts';

/** The member of messages in which Postern leaves what other vendors signed with the client. */
const MARKS = ['"reasoning_details"'];
const RARE = ['_detai'];

/** What another provider left with the client keeps its bytes from passing: it is no business of this one. */
export const passes = (raw: Body): boolean => !holdsAny(raw.text(), MARKS, RARE);
