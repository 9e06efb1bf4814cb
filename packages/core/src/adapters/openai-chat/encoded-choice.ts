import type { ChatEvent } from '../../chat/events.ts';
import type { Annotation, AudioPart, ImagePart, Part, ReasoningPart, TextPart, ToolCallPart } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import type { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { annotationBody } from './annotations.ts';
import { detailFor, extraContent, isSealed, type Place, signatureDetail } from './carriers-write.ts';
import { finishWord } from './finish.ts';
import { imageBody } from './media-body.ts';
import { nativeOf } from './wire.ts';

/** What a choice needs of the stream it stands in. */
export interface ChunkWriter {
  readonly head: string;
  readonly tail: string;
  readonly exchange: Exchange;
  readonly lost: Dropped;
  /** The client speaks the deprecated `functions`. */
  readonly functions: boolean;
  chunk(choice: number, delta: string, logprobs: string, finish: string, extra: string): string;
}

type PartEvent = Exclude<ChatEvent, { type: 'reply-start' | 'native' | 'usage' | 'fault' | 'reply-end' }>;

/** A part that is under way. */
interface Open {
  part: Part;
  /** Place of a tool call among the tool calls, of an image among the images. */
  index: number;
  /** Where in the message's text the part begins. */
  start: number;
  /** What its deltas brought: kept only of what is needed whole at its end. */
  gathered: string;
}

/** One choice of a stream. */
export class EncodedChoice {
  readonly #index: number;
  readonly #writer: ChunkWriter;
  readonly #parts = new Map<number, Open>();
  #before: string | undefined;
  #after = '';
  #opened = false;
  #length = 0;
  #calls = 0;
  #images = 0;
  #details = 0;

  constructor(index: number, writer: ChunkWriter) {
    this.#index = index;
    this.#writer = writer;
  }

  /** The first chunk, with the role. Later calls give ''. */
  open(): string {
    if (this.#opened) return '';
    this.#opened = true;
    return this.#delta('{"role":"assistant","content":"","refusal":null}');
  }

  text(words: string, logprobs: TokenLogprob[] | undefined): string {
    if (this.#before === undefined) this.#prepare();
    this.#length += words.length;
    if (logprobs !== undefined) {
      return this.open() + this.#writer.chunk(this.#index, `{"content":${JSON.stringify(words)}}`, `{"content":${JSON.stringify(logprobs)},"refusal":null}`, 'null', '');
    }
    const chunk = this.#before + JSON.stringify(words) + this.#after;
    return this.#opened ? chunk : this.open() + chunk;
  }

  push(event: PartEvent): string {
    const opening = this.open();
    const written = this.#write(event);
    return opening === '' ? written : opening + written;
  }

  #write(event: PartEvent): string {
    switch (event.type) {
      case 'part-start':
        return this.#start(event.part, event.value);
      case 'text-delta':
        return this.text(event.text, event.logprobs);
      case 'reasoning-delta':
        return this.#reasoning(event.part, event.text);
      case 'refusal-delta':
        return this.#refusal(event.text, event.logprobs);
      case 'tool-input-delta':
        return this.#input(event.part, event.text);
      case 'media-delta':
        return this.#media(event.part, event.data, event.transcript);
      case 'annotation':
        return this.#annotation(event.part, event.value);
      case 'part-end':
        return this.#end(event.part, event.complete);
      case 'choice-end':
        return this.#finish(event);
    }
  }

  /** Written once: everything around the words of a text delta. */
  #prepare(): void {
    const { head, tail } = this.#writer;
    this.#before = `${head}{"index":${this.#index},"delta":{"content":`;
    this.#after = `},"logprobs":null,"finish_reason":null}${tail}`;
  }

  #delta(delta: string): string {
    return this.#writer.chunk(this.#index, delta, 'null', 'null', '');
  }

  #start(index: number, part: Part): string {
    const open: Open = { part, index: 0, start: this.#length, gathered: '' };
    this.#parts.set(index, open);
    switch (part.type) {
      case 'text':
        return this.#startText(index, part);
      case 'reasoning':
        open.gathered = '';
        return part.text === '' ? '' : this.#reasoning(index, part.text);
      case 'refusal':
        return part.text === '' ? '' : this.#refusal(part.text, undefined);
      case 'tool-call':
        return this.#startCall(open, part);
      case 'audio':
        return this.#startAudio(part);
      case 'image':
        open.index = this.#images++;
        return '';
      default:
        this.#writer.lost.add('name' in part && part.name !== undefined ? part.name : part.type);
        return '';
    }
  }

  #startText(index: number, part: TextPart): string {
    let written = part.text === '' ? '' : this.text(part.text, undefined);
    for (const annotation of part.annotations ?? []) written += this.#annotation(index, annotation);
    return written;
  }

  #startCall(open: Open, part: ToolCallPart): string {
    open.index = this.#calls++;
    open.gathered = part.input;
    const { functions, lost } = this.#writer;
    if (functions && open.index > 0) {
      lost.add('tool_calls');
      return '';
    }
    const called = part.custom === true ? { name: part.name, input: part.input } : { name: part.name, arguments: part.input };
    if (functions) return this.#delta(`{"function_call":${JSON.stringify(called)}}`);
    const kind = part.custom === true ? 'custom' : 'function';
    const call: Json = { ...nativeOf(part), index: open.index, id: part.callId, type: kind, [kind]: called, extra_content: extraContent(part) };
    return this.#delta(`{"tool_calls":[${JSON.stringify(call)}]}`);
  }

  #startAudio(part: AudioPart): string {
    const audio = {
      id: part.id ?? this.#writer.exchange.newId('audio_'),
      ...(part.transcript === undefined ? {} : { transcript: part.transcript }),
      ...(part.source.kind === 'base64' && part.source.data !== '' ? { data: part.source.data } : {}),
    };
    return this.#delta(`{"audio":${JSON.stringify(audio)}}`);
  }

  #reasoning(index: number, words: string): string {
    const open = this.#parts.get(index);
    if (open !== undefined) open.gathered += words;
    return this.#delta(`{"reasoning_content":${JSON.stringify(words)}}`);
  }

  #refusal(words: string, logprobs: TokenLogprob[] | undefined): string {
    const detailed = logprobs === undefined ? 'null' : `{"content":null,"refusal":${JSON.stringify(logprobs)}}`;
    return this.#writer.chunk(this.#index, `{"refusal":${JSON.stringify(words)}}`, detailed, 'null', '');
  }

  #input(index: number, piece: string): string {
    const open = this.#parts.get(index);
    if (open?.part.type !== 'tool-call' || piece === '') return '';
    open.gathered = piece;
    return this.#inputDelta(open.part, open.index, piece);
  }

  #inputDelta(part: ToolCallPart, index: number, piece: string): string {
    const written = JSON.stringify(piece);
    if (this.#writer.functions) return index > 0 ? '' : this.#delta(`{"function_call":{"arguments":${written}}}`);
    return this.#delta(part.custom === true ? `{"tool_calls":[{"index":${index},"custom":{"input":${written}}}]}` : `{"tool_calls":[{"index":${index},"function":{"arguments":${written}}}]}`);
  }

  #media(index: number, data: string | undefined, transcript: string | undefined): string {
    const open = this.#parts.get(index);
    if (open?.part.type === 'image') {
      open.gathered += data ?? '';
      return '';
    }
    return open?.part.type === 'audio' ? this.#delta(`{"audio":${JSON.stringify({ data, transcript })}}`) : '';
  }

  #annotation(index: number, annotation: Annotation): string {
    const start = this.#parts.get(index)?.start ?? 0;
    const body = annotationBody(annotation, start, this.#length - start);
    if (body !== undefined) return this.#delta(`{"annotations":[${JSON.stringify(body)}]}`);
    this.#writer.lost.add(`annotation.${annotation.kind}`);
    return '';
  }

  #end(index: number, complete: (PartEvent & { type: 'part-end' })['complete']): string {
    const open = this.#parts.get(index);
    if (open === undefined) return '';
    this.#parts.delete(index);
    const part = complete === undefined ? open.part : ({ ...open.part, ...complete } as Part);
    switch (part.type) {
      case 'text':
        return this.#sign(part, { start: open.start, end: this.#length });
      case 'reasoning':
        return this.#seal({ ...part, text: open.gathered });
      case 'tool-call':
        return this.#endCall(open, part);
      case 'image':
        return this.#endImage(open, part);
      case 'audio':
        return part.expiresAt === undefined ? '' : this.#delta(`{"audio":{"expires_at":${part.expiresAt}}}`);
      default:
        return '';
    }
  }

  #seal(part: ReasoningPart): string {
    return isSealed(part) ? this.#detail(detailFor(part, this.#details++)) : '';
  }

  #sign(part: Part & { signature?: string }, place: Place): string {
    return part.signature === undefined ? '' : this.#detail(signatureDetail(part, place, this.#details++));
  }

  #detail(detail: Json): string {
    return this.#delta(`{"reasoning_details":[${JSON.stringify(detail)}]}`);
  }

  #endCall(open: Open, part: ToolCallPart): string {
    const empty = open.gathered === '' && part.custom !== true ? this.#inputDelta(part, open.index, '{}') : '';
    if (part.signature === undefined || this.#writer.functions) return empty;
    const extra = extraContent(part);
    if (extra === undefined) return empty + this.#sign(part, { tool_call_id: part.callId });
    if (extraContent(open.part) !== undefined) return empty;
    return `${empty}${this.#delta(`{"tool_calls":[{"index":${open.index},"extra_content":${JSON.stringify(extra)}}]}`)}`;
  }

  #endImage(open: Open, part: ImagePart): string {
    const whole = open.gathered === '' || part.source.kind !== 'base64' ? part : { ...part, source: { ...part.source, data: part.source.data + open.gathered } };
    const body = imageBody(whole);
    if (body === undefined) {
      this.#writer.lost.add('image');
      return '';
    }
    return this.#delta(`{"images":[${JSON.stringify({ index: open.index, ...body })}]}`) + this.#sign(part, { image: open.index });
  }

  #finish(event: PartEvent & { type: 'choice-end' }): string {
    const { message: _, ...unnamed } = nativeOf(event);
    let extra = event.nativeStopReason === undefined ? '' : `,"native_finish_reason":${JSON.stringify(event.nativeStopReason)}`;
    for (const [key, value] of Object.entries(unnamed)) extra += `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
    return this.#writer.chunk(this.#index, '{}', 'null', `"${finishWord(event.stopReason, this.#writer.functions)}"`, extra);
  }
}
