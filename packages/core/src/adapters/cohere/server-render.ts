import type { Part, ReasoningPart, ToolCallPart } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { array, given, type Json, record } from '../shared/read.ts';
import { sealOf, signatureBlock } from './carrier.ts';
import { writeCitation } from './citations.ts';
import { hasAlternatives, writeLogprobs } from './logprobs.ts';
import { writeStop } from './stop.ts';
import { writeUsage } from './usage.ts';
import { FORMAT, nativeFields } from './wire.ts';

/** Is this the plan that stands before calls of tools? Another provider's thinking never is: it may come without calls. */
export const isPlan = (part: ReasoningPart): boolean => nativeFields(part.native).tool_plan === true;

/** A call with its input, for the client. A free text is put into an object, since arguments are JSON here. */
export const callBody = (part: ToolCallPart, input: string): Json => ({
  id: part.callId,
  type: 'function',
  function: { name: part.name, arguments: input },
});

/** Arguments as JSON text. */
const argumentsOf = ({ custom, input }: ToolCallPart): string => (custom === true ? JSON.stringify({ input }) : input);

/** What a part is called in the list of what was dropped. */
export const partName = (part: Part): string => (part.type === 'native' ? part.name : part.type);

/** The message on its way. */
class MessageWriter {
  readonly content: Json[] = [];
  readonly calls: Json[] = [];
  readonly citations: Json[] = [];
  readonly dropped: string[] = [];
  plan = '';

  /** Adds a part, or reports it. */
  add(part: Part, path: string): void {
    if (!this.#put(part, path)) this.dropped.push(`${path} (${partName(part)})`);
  }

  #put(part: Part, path: string): boolean {
    if (part.type === 'text' || part.type === 'refusal') this.#text(part, path);
    else if (part.type === 'reasoning') this.#reasoning(part, path);
    else if (part.type === 'tool-call') {
      this.#push(signatureBlock(part));
      this.calls.push(callBody(part, argumentsOf(part)));
    } else {
      const own = part.type === 'native' && part.format === FORMAT ? record(part.value) : undefined;
      this.#push(own);
      return own !== undefined;
    }
    return true;
  }

  #push(block: Json | undefined): void {
    if (block !== undefined) this.content.push(block);
  }

  #text(part: Extract<Part, { type: 'text' | 'refusal' }>, path: string): void {
    this.#push(signatureBlock(part, part.text === '' ? 'empty' : 'next'));
    if (part.text === '') return;
    this.#cite(part, path, this.content.length);
    this.content.push({ type: 'text', text: part.text });
  }

  #reasoning(part: ReasoningPart, path: string): void {
    this.#cite(part, path, this.content.length);
    if (isPlan(part)) this.plan += part.text;
    else this.content.push({ type: 'thinking', thinking: part.text, ...sealOf(part) });
  }

  #cite(part: Extract<Part, { text: string }>, path: string, index: number): void {
    for (const annotation of part.annotations ?? []) {
      const citation = writeCitation(annotation, part.text, index);
      if (citation !== undefined) this.citations.push(citation);
      else if (!this.dropped.includes(`${path}.annotations`)) this.dropped.push(`${path}.annotations`);
    }
  }

  get message(): Json {
    return {
      role: 'assistant',
      ...(this.content.length === 0 ? {} : { content: this.content }),
      ...(this.plan === '' ? {} : { tool_plan: this.plan }),
      ...(this.calls.length === 0 ? {} : { tool_calls: this.calls }),
      ...(this.citations.length === 0 ? {} : { citations: this.citations }),
    };
  }
}

function logprobsOf(choice: Choice, dropped: string[]): { logprobs?: unknown } {
  const own = array(nativeFields(choice.native).logprobs);
  if (own !== undefined) return { logprobs: own };
  if (choice.logprobs?.refusal !== undefined) dropped.push('logprobs.refusal');
  const entries = choice.logprobs?.content;
  if (entries === undefined) return {};
  if (hasAlternatives(entries)) dropped.push('logprobs.top_logprobs');
  return { logprobs: writeLogprobs(entries) };
}

const EMPTY: Choice = { content: [], stopReason: 'stop' };

/** A reply as an answer of the chat API. It has one message: other choices are dropped and reported. */
export function render(reply: ChatReply, exchange: Exchange): { body: unknown; dropped: string[] } {
  const writer = new MessageWriter();
  const choice = reply.choices[0] ?? EMPTY;
  for (let index = 1; index < reply.choices.length; index++) writer.dropped.push(`choices.${index}`);
  choice.content.forEach((part, index) => {
    writer.add(part, `content.${index}`);
  });
  const body = {
    id: reply.id ?? exchange.id,
    finish_reason: writeStop(choice.stopReason),
    message: writer.message,
    ...given('usage', writeUsage(reply.usage, record(nativeFields(reply.native).usage))),
    ...logprobsOf(choice, writer.dropped),
  };
  return { body, dropped: writer.dropped };
}
