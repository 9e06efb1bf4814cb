import { OPERATIONS, type Operation } from '../adapters/format.ts';

/** Operations that need no model to be named, or whose model is always in the path. */
type Unasked = 'models' | 'realtime';
const UNASKED: ReadonlySet<Operation> = new Set<Unasked>(['models', 'realtime']);

/** Operations that can have a default alias. Legacy completions are chats here. */
export type DefaultOperation = Exclude<Operation, Unasked>;
export const DEFAULT_OPERATIONS = OPERATIONS.filter((name): name is DefaultOperation => !UNASKED.has(name));

/** Operations whose files come in a form, which can go straight to its default. */
export const FORM_OPERATIONS = ['image-edits', 'image-variations', 'transcriptions', 'translations'] as const;
export type FormOperation = (typeof FORM_OPERATIONS)[number];
