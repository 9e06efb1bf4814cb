import { z } from 'zod';
import { sseEvents } from '../conversations/read/sse.ts';
import {
  annotation,
  contentPart,
  item,
  logprobs,
  type ResponseResource,
  responseResource,
  text,
  whole,
} from './schema.ts';

/** The required fields of every event of a streamed response. Source: https://www.openresponses.org/reference (edition 2026-04-24) */
const numbered = { sequence_number: whole };
const snapshot = { ...numbered, response: responseResource };
const ofOutput = { ...numbered, output_index: whole };
const ofItem = { ...ofOutput, item_id: text };
const ofContent = { ...ofItem, content_index: whole };
const ofSummary = { ...ofItem, summary_index: whole };

const event = <Name extends string, Fields extends z.ZodRawShape>(name: Name, fields: Fields) =>
  z.looseObject({ type: z.literal(name), ...fields });

const streamEvent = z.discriminatedUnion('type', [
  event('response.created', snapshot),
  event('response.queued', snapshot),
  event('response.in_progress', snapshot),
  event('response.completed', snapshot),
  event('response.failed', snapshot),
  event('response.incomplete', snapshot),
  event('response.output_item.added', { ...ofOutput, item }),
  event('response.output_item.done', { ...ofOutput, item }),
  event('response.content_part.added', { ...ofContent, part: contentPart }),
  event('response.content_part.done', { ...ofContent, part: contentPart }),
  event('response.output_text.delta', { ...ofContent, delta: text, logprobs }),
  event('response.output_text.done', { ...ofContent, text, logprobs }),
  event('response.output_text.annotation.added', { ...ofContent, annotation_index: whole, annotation }),
  event('response.refusal.delta', { ...ofContent, delta: text }),
  event('response.refusal.done', { ...ofContent, refusal: text }),
  event('response.reasoning_text.delta', { ...ofContent, delta: text }),
  event('response.reasoning_text.done', { ...ofContent, text }),
  event('response.reasoning_summary_part.added', { ...ofSummary, part: contentPart }),
  event('response.reasoning_summary_part.done', { ...ofSummary, part: contentPart }),
  event('response.reasoning_summary_text.delta', { ...ofSummary, delta: text }),
  event('response.reasoning_summary_text.done', { ...ofSummary, text }),
  event('response.function_call_arguments.delta', { ...ofItem, delta: text }),
  event('response.function_call_arguments.done', { ...ofItem, arguments: text }),
  event('error', { ...numbered, code: text.nullable(), message: text, param: text.nullable() }),
]);
export type StreamEvent = z.infer<typeof streamEvent>;

const SNAPSHOTS = /^response\.(completed|failed|incomplete)$/;

/** The events of a stream, each of them checked, and the response that the last one tells. `[DONE]` is optional there. */
export function checkedEvents(bytes: string): { events: StreamEvent[]; response: ResponseResource } {
  const told = sseEvents(bytes).filter(({ data }) => data !== '[DONE]');
  const events = told.map(({ event: name, data }) => {
    const parsed = streamEvent.parse(JSON.parse(data));
    if (name !== parsed.type) throw new Error(`${name} is named unlike its type ${parsed.type}`);
    return parsed;
  });
  const ends = events.filter(({ type }) => SNAPSHOTS.test(type));
  const [last] = ends;
  if (ends.length !== 1 || last !== events.at(-1) || last === undefined || !('response' in last))
    throw new Error('the stream must end with one final response');
  return { events, response: last.response as ResponseResource };
}
