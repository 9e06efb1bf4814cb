import { array, record } from '../shared/read.ts';
import type { ResourceKind } from './table.ts';

/** An id that a request names. */
export interface Reference {
  readonly kind: ResourceKind;
  readonly id: string;
}

/**
 * Members of request bodies that name what was made before, wherever they stand: the file of a batch, of a message or of a tool, the response that goes
 * on. Source: https://platform.openai.com/docs/api-reference
 */
const MEMBERS: Readonly<Record<string, ResourceKind>> = {
  file_id: 'file',
  file_ids: 'file',
  input_file_id: 'file',
  training_file: 'file',
  validation_file: 'file',
  vector_store_id: 'vector store',
  vector_store_ids: 'vector store',
  assistant_id: 'assistant',
  thread_id: 'thread',
  previous_response_id: 'response',
  conversation: 'conversation',
  conversation_id: 'conversation',
  container: 'container',
  container_id: 'container',
};

/** Whether a body may name any of them can be told from its bytes: a member's name stands there plainly, or has an escaped letter. */
const NAMES = new RegExp(`"(?:${Object.keys(MEMBERS).join('|')})"|\\\\u00(?:5f|[67][0-9a-f])`, 'i');

/** Free text of the client's own: what is in it is no reference. */
const OPAQUE: ReadonlySet<string> = new Set(['metadata', 'attributes', 'arguments']);

/** May there be references in this JSON? Quick, and true too often rather than too seldom. */
export const mayRefer = (text: string): boolean => NAMES.test(text);

/** Every id that a body names, each once; names in any letter case, as lenient parsers take them. Lists under a name count one by one; `conversation: { id }` as well. */
export function referencesIn(body: unknown): readonly Reference[] {
  const found = new Map<string, Reference>();
  const open: unknown[] = [body];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const list = array(value);
    if (list !== undefined) open.push(...list.filter(isNested));
    for (const [name, member] of Object.entries(record(value) ?? {})) {
      const plain = name.toLowerCase();
      const kind = Object.hasOwn(MEMBERS, plain) ? MEMBERS[plain] : undefined;
      if (kind !== undefined) for (const id of idsOf(member)) found.set(`${kind}:${id}`, { kind, id });
      if (isNested(member) && !OPAQUE.has(name)) open.push(member);
    }
  }
  return [...found.values()];
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

function idsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  const id = record(value)?.['id'];
  if (typeof id === 'string') return [id];
  return (array(value) ?? []).filter((item) => typeof item === 'string');
}

/** Members that hold the address of something that the provider then fetches: `image_url: { url }`, `image_url`, `file_url`. */
const ADDRESS = /(?:^|_)url$/;

/** Does a body have the provider fetch something by its address? */
export function namesAddresses(body: unknown): boolean {
  const open: unknown[] = [body];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const list = array(value);
    if (list !== undefined) open.push(...list.filter(isNested));
    for (const [name, member] of Object.entries(record(value) ?? {})) {
      if (typeof member === 'string' && ADDRESS.test(name) && /^\s*https?:/i.test(member)) return true;
      if (isNested(member) && !OPAQUE.has(name)) open.push(member);
    }
  }
  return false;
}
