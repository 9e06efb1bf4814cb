import type { ChatEvent } from '../../chat/events.ts';
import { count, given, type Json, record, records, string, text } from '../shared/read.ts';
import type { Reading } from './message-read.ts';
import { inputOf, thoughtSignature } from './parse-calls.ts';

/** A call under way. Until its name is there it holds back what came. */
interface Call {
  id: string | undefined;
  part: number | undefined;
  custom: boolean;
  /** All of the input so far. */
  input: string;
  /** How much of it was given on. */
  given: number;
  ended: boolean;
  seal: ReturnType<typeof thoughtSignature>;
}

/** The deprecated `function_call` is one call without an index. */
const DEPRECATED = -1;

/**
 * The tool calls of one streamed choice. Pieces belong to a call by `index`; APIs that leave it out, repeat it for another call, repeat
 * or empty the id and name are understood too. Source: https://platform.openai.com/docs/api-reference/chat-streaming
 */
export class DecodedCalls {
  readonly #choice: number;
  readonly #reading: Reading;
  readonly #nextPart: () => number;
  readonly #byIndex = new Map<number, Call>();
  readonly #calls: Call[] = [];
  #last = 0;

  constructor(choice: number, reading: Reading, nextPart: () => number) {
    this.#choice = choice;
    this.#reading = reading;
    this.#nextPart = nextPart;
  }

  /** Was there any call of a tool with a name? */
  get any(): boolean {
    return this.#calls.some((call) => call.part !== undefined);
  }

  push(delta: Json, events: ChatEvent[]): void {
    for (const piece of records(delta['tool_calls'])) this.#piece(piece, events);
    const deprecated = record(delta['function_call']);
    if (deprecated !== undefined) this.#piece({ index: DEPRECATED, function: deprecated }, events);
  }

  #piece(piece: Json, events: ChatEvent[]): void {
    const custom = record(piece['custom']);
    const called = custom ?? record(piece['function']) ?? {};
    const name = text(called['name']);
    const call = this.#callFor(piece, name);
    call.custom ||= custom !== undefined;
    const seal = thoughtSignature(piece, this.#reading.origin);
    if (seal.signature !== undefined || seal.native !== undefined) call.seal = { ...call.seal, ...seal };
    if (call.ended) return;
    if (call.part === undefined && name !== undefined) this.#start(call, name, events);
    call.input += (custom === undefined ? inputPiece(called['arguments']) : string(custom['input'])) ?? '';
    this.#give(call, events);
  }

  #callFor(piece: Json, name: string | undefined): Call {
    const id = text(piece['id']);
    const index = piece['index'] === DEPRECATED ? DEPRECATED : (count(piece['index']) ?? this.#guess(id));
    this.#last = index;
    const known = this.#byIndex.get(index);
    // Another id with another name under an index in use: a second call of an API that counts no further than 0.
    if (known !== undefined && (id === undefined || known.id === undefined || known.id === id || name === undefined)) {
      known.id ??= id;
      return known;
    }
    const call: Call = { id, part: undefined, custom: false, input: '', given: 0, ended: false, seal: {} };
    this.#byIndex.set(index, call);
    this.#calls.push(call);
    return call;
  }

  /** Without an index: an id that is not known begins a call, anything else goes on with the last one. */
  #guess(id: string | undefined): number {
    if (id === undefined) return this.#last;
    for (const [index, call] of this.#byIndex) if (call.id === id) return index;
    return this.#byIndex.size === 0 ? 0 : Math.max(...this.#byIndex.keys()) + 1;
  }

  #start(call: Call, name: string, events: ChatEvent[]): void {
    this.#endComplete(events);
    call.part = this.#nextPart();
    call.id ??= this.#reading.newId('call_');
    events.push({
      type: 'part-start',
      choice: this.#choice,
      part: call.part,
      value: {
        type: 'tool-call',
        callId: call.id,
        name: this.#reading.toolName(name),
        input: '',
        ...(call.custom ? { custom: true } : {}),
        ...call.seal,
      },
    });
  }

  #give(call: Call, events: ChatEvent[]): void {
    if (call.part === undefined || call.input.length === call.given) return;
    events.push({
      type: 'tool-input-delta',
      choice: this.#choice,
      part: call.part,
      text: call.input.slice(call.given),
    });
    call.given = call.input.length;
  }

  /** When another call begins, those whose arguments are whole JSON are over; pieces of the others may still come in between. */
  #endComplete(events: ChatEvent[]): void {
    for (const call of this.#calls)
      if (!call.ended && call.part !== undefined && !call.custom && isWhole(call.input)) this.#end(call, events);
  }

  #end(call: Call, events: ChatEvent[]): void {
    if (call.ended || call.part === undefined) return;
    if (call.input.trim() === '' && !call.custom) call.input = `${call.input}{}`;
    this.#give(call, events);
    call.ended = true;
    const { signature } = call.seal;
    events.push({
      type: 'part-end',
      choice: this.#choice,
      part: call.part,
      ...given('complete', signature === undefined ? undefined : { signature }),
    });
  }

  close(events: ChatEvent[]): void {
    for (const call of this.#calls) this.#end(call, events);
  }
}

/** Arguments come as text; an object, whole, from APIs that parse them. */
function inputPiece(value: unknown): string | undefined {
  return typeof value === 'string' ? value : record(value) === undefined ? undefined : inputOf(value);
}

function isWhole(input: string): boolean {
  if (!input.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}
