import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered } from '../adapter.ts';
import { FrameTemplate } from '../shared/frame-template.ts';
import { count, given, type Json, record, records, text } from '../shared/read.ts';
import type { Memo } from './call.ts';
import { faultIn, usageIn } from './client-parse.ts';
import { Closing } from './closing.ts';
import { frameObject } from './decoder.ts';
import { newScan, scanFrame } from './scan.ts';

const NOTHING: Metered = Object.freeze({});
const LAST: Metered = Object.freeze({ terminal: true, last: true });
const SPOKE: Metered = Object.freeze({ spoke: true });

/** What a whole answer tells on the side. */
export function readBody(body: unknown): { usage?: Usage; fault?: Fault } {
  const object = record(body);
  if (object === undefined)
    return {
      fault: { kind: 'invalid-response', message: 'The provider answered with something that is no chat completion.' },
    };
  return { ...given('usage', usageIn(object)), ...given('fault', bodyFault(object)) };
}

function bodyFault(body: Json): Fault | undefined {
  const fault = faultIn(body);
  if (fault !== undefined || records(body['choices']).length > 0) return fault;
  return { kind: 'invalid-response', message: 'The provider answered without any choice.' };
}

/** Filled and read in one go, so that all streams share it. */
const scan = newScan();

/** Meters the stream of the API that owns the format: the bytes pass untouched, and only frames that tell something are parsed. */
export class ExactMeter implements Meter {
  readonly #memo: Memo;
  #closed: Closing | undefined;
  readonly shape = new FrameTemplate();
  /** Until something of the answer came, frames without characters may be parsed as well. */
  #spoke = false;
  /** The first chunk's data: what all chunks share, should we have to end the stream. */
  #first: string | undefined;

  constructor(memo: Memo) {
    this.#memo = memo;
  }

  /** Made for a stream's first frame: a whole answer needs none. */
  get #closing(): Closing {
    this.#closed ??= new Closing(this.#memo);
    return this.#closed;
  }

  body(body: unknown): { usage?: Usage; fault?: Fault } {
    return readBody(body);
  }

  push(frame: Frame): Metered {
    if (frame.characters > 0) return this.#said(frame.characters);
    if (frame.unclosed === true) this.#closing.unclosed = true;
    const seen = scan;
    if (!scanFrame(frame, seen)) return this.#slow(frame);
    if (seen.kind === 'done') return this.#done();
    this.#first ??= frame.data;
    if (seen.telling) return this.#read(frame.data ?? '');
    this.shape.learn(frame, seen.holes);
    if (seen.content === 0) return this.#spoke || !seen.speaking ? NOTHING : this.#silent(frame.data ?? '');
    return this.#said(seen.content);
  }

  stop(): string {
    return this.#closing.stop(chunkOf(this.#first));
  }

  end(): string {
    return this.#closing.end();
  }

  fail(error: GatewayError): string {
    return this.#closing.fail(error);
  }

  #said(characters: number): Metered {
    this.#spoke = true;
    return { content: characters };
  }

  /** A frame with several lines, or none of data. */
  #slow(frame: Frame): Metered {
    const data = frame.data?.trim();
    if (data === undefined || data === '') return NOTHING;
    return data === '[DONE]' ? this.#done() : this.#read(data);
  }

  /** A frame without characters; the first one that tells of the answer nevertheless is the first token. */
  #silent(data: string): Metered {
    this.#spoke = told(frameObject(data)) !== NOTHING;
    return this.#spoke ? SPOKE : NOTHING;
  }

  #done(): Metered {
    this.#closing.done = true;
    return LAST;
  }

  #read(data: string): Metered {
    const chunk = frameObject(data);
    this.#first ??= data;
    const fault = faultIn(chunk);
    if (fault !== undefined) return { fault };
    const usage = usageIn(chunk);
    const choices = records(chunk['choices']);
    noteChoices(choices, this.#closing);
    return {
      ...given('usage', usage),
      ...told(chunk),
      ...(choices.length > 0 && this.#closing.complete ? { terminal: true as const } : {}),
      ...(hides(usage, choices, this.#memo) ? { hide: true as const } : {}),
    };
  }
}

/** The chunk in data that was not looked at in full; an empty one when it is none. */
function chunkOf(data: string | undefined): Json {
  try {
    return data === undefined ? {} : frameObject(data);
  } catch {
    return {};
  }
}

/** The usage-only frame is not for a client that didn't ask for it. */
export function hides(usage: Usage | undefined, choices: readonly Json[], memo: Memo): boolean {
  return usage !== undefined && choices.length === 0 && !memo.streamUsage;
}

/** Notes the choices of a chunk, and which of them have ended. */
export function noteChoices(choices: readonly Json[], closing: Closing): void {
  for (const choice of choices) {
    closing.saw(count(choice['index']) ?? 0, text(choice['finish_reason']) !== undefined);
  }
}

const CONTENT = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;

/** What a parsed chunk tells of the answer: its characters, or that it speaks without any. */
export function told(chunk: Json): Metered {
  const content = contentIn(chunk);
  if (content > 0) return { content };
  return records(chunk['choices']).some((choice) => speaks(record(choice['delta']) ?? {})) ? SPOKE : NOTHING;
}

/** Members of a delta that are lists of things. Sources: https://openrouter.ai/docs/guides/best-practices/reasoning-tokens, …/guides/overview/multimodal/image-generation */
const LISTS = ['tool_calls', 'content', 'images'] as const;

function speaks(delta: Json): boolean {
  return (
    LISTS.some((field) => records(delta[field]).length > 0) ||
    text(record(delta['function_call'])?.['name']) !== undefined ||
    text(record(delta['audio'])?.['data']) !== undefined ||
    records(delta['reasoning_details']).some((detail) => text(detail['data'] ?? detail['summary']) !== undefined)
  );
}

/** The weight of text, reasoning and tool input in a parsed chunk. */
function contentIn(chunk: Json): number {
  let total = 0;
  for (const choice of records(chunk['choices'])) {
    const delta = record(choice['delta']);
    if (delta !== undefined) total += deltaContent(delta);
  }
  return total;
}

function deltaContent(delta: Json): number {
  let total = 0;
  for (const field of CONTENT) total += weightOf(text(delta[field]) ?? '');
  for (const chunk of Array.isArray(delta['content']) ? records(delta['content']) : [])
    total += weightOf(text(chunk['text']) ?? JSON.stringify(chunk['thinking'] ?? ''));
  for (const call of records(delta['tool_calls'])) {
    const called = record(call['function']) ?? record(call['custom']) ?? {};
    total += weightOf(text(called['arguments']) ?? text(called['input']) ?? text(called['name']) ?? '');
  }
  const audio = record(delta['audio']);
  return (
    total +
    weightOf(text(audio?.['transcript']) ?? '') +
    weightOf(text(record(delta['function_call'])?.['arguments']) ?? '')
  );
}
