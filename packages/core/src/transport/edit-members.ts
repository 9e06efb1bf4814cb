import type { Member } from './json-scan.ts';
import { Splice } from './splice.ts';

/**
 * The object in `bytes` with some top-level members changed, added, removed or renamed; every other byte stays. New members stand at the end.
 * `changes` go by the names that stand in the body. A member whose new name is borne by another one already is left out.
 *
 * @param members of `bytes`, in order
 * @param changes a value replaces every member of that name, or adds one; undefined removes them
 * @param rename old names to new ones; holds for added members too
 */
export function editMembers(
  bytes: Uint8Array,
  members: readonly Member[],
  changes: ReadonlyMap<string, unknown>,
  rename?: Readonly<Record<string, string>>,
): Uint8Array {
  const nameOf = rename === undefined ? same : renamer(members, changes, rename);
  const first = members[0];
  const head = first === undefined ? bytes.indexOf(OPEN_OBJECT) + 1 : first.keyStart;
  const splice = new Splice(bytes);
  splice.keep(0, head);
  let written = 0;
  let end = head;
  for (const member of members) {
    const name = removes(changes, member.key) ? undefined : nameOf(member.key);
    if (name !== undefined) {
      if (written++ > 0) splice.keep(end, member.keyStart);
      spliceMember(splice, member, name, changes);
    }
    end = member.end;
  }
  for (const text of additions(members, changes, nameOf)) splice.add(written++ > 0 ? `,${text}` : text);
  splice.keep(end, bytes.length);
  return splice.finish();
}

const OPEN_OBJECT = 0x7b;
type NameOf = (key: string) => string | undefined;
const same: NameOf = (key) => key;

const removes = (changes: ReadonlyMap<string, unknown>, key: string): boolean =>
  changes.has(key) && changes.get(key) === undefined;

function spliceMember(splice: Splice, member: Member, name: string, changes: ReadonlyMap<string, unknown>): void {
  if (name === member.key) splice.keep(member.keyStart, member.keyEnd);
  else splice.add(JSON.stringify(name));
  splice.keep(member.keyEnd, member.start);
  const value = changes.get(member.key);
  if (value === undefined) splice.keep(member.start, member.end);
  else splice.add(JSON.stringify(value));
}

function additions(members: readonly Member[], changes: ReadonlyMap<string, unknown>, nameOf: NameOf): string[] {
  const added: string[] = [];
  for (const [key, value] of changes) {
    if (value === undefined || members.some((member) => member.key === key)) continue;
    const name = nameOf(key);
    if (name !== undefined) added.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  return added;
}

/** Answers undefined for a member that has to give way to one that bears its new name. */
function renamer(
  members: readonly Member[],
  changes: ReadonlyMap<string, unknown>,
  rename: Readonly<Record<string, string>>,
): NameOf {
  const taken = new Map<string, string>();
  for (const { key } of members) if (!Object.hasOwn(rename, key) && !removes(changes, key)) taken.set(key, key);
  return (key) => {
    const name = Object.hasOwn(rename, key) ? rename[key] : key;
    if (name === undefined) return key;
    const owner = taken.get(name);
    if (owner === undefined) taken.set(name, key);
    return owner === undefined || owner === key ? name : undefined;
  };
}
