import type { Json } from '../shared/read.ts';
import type { Form } from './form.ts';
import { line } from './wire.ts';

/** What every line of a stream begins with. */
export interface Head {
  readonly model: string;
  readonly created_at: string;
}

/** What is said, in the form's own members. */
export function said(form: Form, words: { content?: string; thinking?: string } & Json): Json {
  const { content = '', ...more } = words;
  return form === 'chat' ? { message: { role: 'assistant', content, ...more } } : { response: content, ...more };
}

/** A line that is not the last one. */
export const nextLine = (form: Form, head: Head, words: Json, more: Json = {}): string =>
  line({ ...head, ...said(form, words), done: false, ...more });

/** The last line: how it ended, and what it took. */
export const lastLine = (form: Form, head: Head, more: Json): string =>
  line({ ...head, ...said(form, {}), done: true, ...more });
