import type { Fault } from '../../chat/fault.ts';
import { faultOf, fault as plainFault } from '../openai-chat/fault.ts';
import { type Json, record, text } from '../shared/read.ts';

/** What the server says when its queue is full. Source: https://docs.ollama.com/faq (OLLAMA_MAX_QUEUE) */
const BUSY = /server busy|maximum pending requests/i;

/** Its errors have no code besides the status, and inside a good answer not even that. */
const judged = (fault: Fault): Fault => (BUSY.test(fault.message) ? { ...fault, kind: 'overloaded' } : fault);

/** The error inside an answer or line. Source: https://docs.ollama.com/api/errors */
export function faultIn(body: Json): Fault | undefined {
  const { error } = body;
  if (text(error) === undefined && record(error) === undefined) return undefined;
  return judged(faultOf({ error }, undefined));
}

/** A refused call: a status and `{"error": "<text>"}`, which is one of the shapes that APIs of OpenAI's format have too. Throws nothing. */
export function fault(status: number, header: (name: string) => string | undefined, body: string): Fault {
  return judged(plainFault(status, header, body));
}
