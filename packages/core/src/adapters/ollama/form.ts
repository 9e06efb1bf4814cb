import type { Inbound, Peek } from '../adapter.ts';
import { record } from '../shared/read.ts';
import { FORMAT } from './wire.ts';

/** The two endpoints that answer in words. Sources: https://docs.ollama.com/api/chat, https://docs.ollama.com/api/generate */
export type Form = 'chat' | 'generate';

/** Which of them the path names. */
export const formOf = (inbound: Inbound): Form => (inbound.path['form'] === 'generate' ? 'generate' : 'chat');

/** The notes that an exchange of this format carries. */
export interface Notes {
  readonly format: typeof FORMAT;
  readonly form: Form;
}

/** The form in which the client of an exchange wants its answer. */
export function askedForm(peek: Peek): Form {
  const notes = record(peek.notes);
  return notes?.['format'] === FORMAT && notes['form'] === 'generate' ? 'generate' : 'chat';
}
