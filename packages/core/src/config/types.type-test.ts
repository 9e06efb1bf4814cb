/** The interface that users write against and the schema that checks them say the same. Checked by the compiler; nothing runs. */
import type * as z from 'zod';
import type { CODE_KEYS } from './code-keys.ts';
import type { DeclarativeSchema } from './schema.ts';
import type { Code, Declarative } from './types.ts';

/** A type apart from what a schema doesn't tell: readonly, and whether an optional member may be given as undefined. */
type Shape<T> = T extends readonly (infer Item)[]
  ? Shape<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Shape<Exclude<T[Key], undefined>> }
    : T;

type Same<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2
    ? true
    : { readonly left: Left; readonly right: Right };

type Parsed = Shape<z.output<DeclarativeSchema>>;
type Written = Shape<Declarative>;

/** Member by member, so that an error names the one that differs. */
type Differences = {
  [Key in keyof Parsed | keyof Written as Same<
    Pick<Parsed, Key & keyof Parsed>,
    Pick<Written, Key & keyof Written>
  > extends true
    ? never
    : Key]: true;
};

/** Every member of the code part is read, and no other. */
export const readsAllCode: Same<keyof Code, (typeof CODE_KEYS)[number]> = true;
export const noDifference: Same<keyof Differences, never> = true;
export const takesWhatIsRead: Same<z.input<DeclarativeSchema>, z.output<DeclarativeSchema>> = true;
