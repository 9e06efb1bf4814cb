import type { ChatEvent } from '../../chat/events.ts';
import type { Annotation, ImagePart, Part, ReasoningPart, TextPart, ToolCallPart } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import type { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { annotationBody } from './annotations.ts';
import { clientExtraContent, detailFor, isSealed, type Place, signatureDetail } from './carriers-write.ts';
import { audioDelta, callDelta, extraContentDelta, inputDelta, logprobsText, wholeImage } from './deltas.ts';
import { finishWord } from './finish.ts';
import { imageBody } from './media-body.ts';
import { membersText, nativeOf } from './wire.ts';

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
  #refused = false;

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
    if (logprobs === undefined) {
      const chunk = this.#before + JSON.stringify(words) + this.#after;
      return this.#opened ? chunk : this.open() + chunk;
    }
    const delta = `{"content":${JSON.stringify(words)}}`;
    return this.open() + this.#writer.chunk(this.#index, delta, logprobsText('content', logprobs), 'null', '');
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
        return part.text === '' ? '' : this.#reasoning(index, part.text);
      case 'refusal':
        return part.text === '' ? '' : this.#refusal(part.text, undefined);
      case 'tool-call':
        return this.#startCall(open, part);
      case 'audio':
        return this.#delta(audioDelta(part, () => this.#writer.exchange.newId('audio_')));
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
    if (!functions || open.index === 0) return this.#delta(callDelta(part, open.index, functions));
    // The deprecated form holds one call; a second one would silently vanish.
    lost.add('tool_calls');
    return '';
  }

  #reasoning(index: number, words: string): string {
    const open = this.#parts.get(index);
    if (open !== undefined) open.gathered += words;
    return this.#delta(`{"reasoning_content":${JSON.stringify(words)}}`);
  }

  #refusal(words: string, logprobs: TokenLogprob[] | undefined): string {
    this.#refused = true;
    const delta = `{"refusal":${JSON.stringify(words)}}`;
    return this.#writer.chunk(this.#index, delta, logprobsText('refusal', logprobs), 'null', '');
  }

  #input(index: number, piece: string): string {
    const open = this.#parts.get(index);
    if (open?.part.type !== 'tool-call' || piece === '') return '';
    open.gathered = piece;
    return this.#inputOf(open, open.part, piece);
  }

  #inputOf(open: Open, part: ToolCallPart, piece: string): string {
    const { functions } = this.#writer;
    return functions && open.index > 0 ? '' : this.#delta(inputDelta(part, open.index, piece, functions));
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
    const empty = open.gathered === '' && part.custom !== true ? this.#inputOf(open, part, '{}') : '';
    if (part.signature === undefined || this.#writer.functions) return empty;
    const extra = clientExtraContent(part);
    if (extra === undefined) return empty + this.#sign(part, { tool_call_id: part.callId });
    const told = clientExtraContent(open.part) !== undefined;
    return told ? empty : empty + this.#delta(extraContentDelta(open.index, extra));
  }

  #endImage(open: Open, part: ImagePart): string {
    const body = imageBody(wholeImage(part, open.gathered));
    if (body === undefined) {
      this.#writer.lost.add('image');
      return '';
    }
    const image = this.#delta(`{"images":[${JSON.stringify({ index: open.index, ...body })}]}`);
    return image + this.#sign(part, { image: open.index });
  }

  #finish(event: PartEvent & { type: 'choice-end' }): string {
    const { message: _, ...unnamed } = nativeOf(event);
    const fields = { native_finish_reason: event.nativeStopReason, ...unnamed };
    const word = finishWord(event.stopReason, { functions: this.#writer.functions, refused: this.#refused });
    return this.#writer.chunk(this.#index, '{}', 'null', `"${word}"`, membersText(fields));
  }
}
