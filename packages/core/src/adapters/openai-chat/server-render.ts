import type { Part, ToolCallPart } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { type Json, put } from '../shared/read.ts';
import { annotationBody } from './annotations.ts';
import { clientExtraContent, detailFor, isSealed, signatureDetail } from './carriers-write.ts';
import { finishWord } from './finish.ts';
import { audioBody, imageBody } from './media-body.ts';
import { notesOf } from './peek.ts';
import { usageBody } from './usage.ts';
import { FORMAT, tierWord } from './wire.ts';

/** A whole answer as OpenAI's `chat.completion` object. `dropped` names the parts that this format has no form for. */
export function render(reply: ChatReply, exchange: Exchange): { body: unknown; dropped: string[] } {
  const dropped = new Dropped();
  const functions = notesOf(exchange.peek).functions === true;
  const body: Json = {
    id: reply.id ?? exchange.newId('chatcmpl-'),
    object: 'chat.completion',
    created: reply.created ?? exchange.created,
    model: reply.model ?? exchange.model,
    choices: reply.choices.map((choice, index) =>
      choiceBody(choice, index, new MessageBody(exchange, dropped, functions), functions),
    ),
  };
  if (reply.usage !== undefined) body['usage'] = usageBody(reply.usage);
  put(body, 'service_tier', tierWord(reply.serviceTier));
  put(body, 'system_fingerprint', reply.systemFingerprint);
  return { body: over(reply.native, body), dropped: dropped.list };
}

/** Our members over those that were kept for this format. */
function over(native: ChatReply['native'], body: Json): Json {
  const kept = native?.[FORMAT];
  return kept === undefined ? body : { ...kept, ...body };
}

function choiceBody(choice: Choice, index: number, message: MessageBody, functions: boolean): Json {
  for (const part of choice.content) message.add(part);
  const { logprobs } = choice;
  const kept = choice.native?.[FORMAT];
  const body: Json = {
    index,
    message: kept === undefined ? message.body : { ...(kept['message'] as Json | undefined), ...message.body },
    logprobs: logprobs === undefined ? null : { content: logprobs.content ?? null, refusal: logprobs.refusal ?? null },
    finish_reason: finishWord(choice.stopReason, { functions, refused: message.refused }),
  };
  put(body, 'native_finish_reason', choice.nativeStopReason);
  return over(choice.native, body);
}

/** Gathers the parts of a choice into one message. */
class MessageBody {
  readonly #exchange: Exchange;
  readonly #dropped: Dropped;
  readonly #functions: boolean;
  #text: string | null = null;
  #refusal: string | null = null;
  #reasoning = '';
  readonly #annotations: Json[] = [];
  readonly #details: Json[] = [];
  readonly #calls: Json[] = [];
  readonly #images: Json[] = [];
  #functionCall: Json | undefined;
  #audio: Json | undefined;

  constructor(exchange: Exchange, dropped: Dropped, functions: boolean) {
    this.#exchange = exchange;
    this.#dropped = dropped;
    this.#functions = functions;
  }

  add(part: Part): void {
    switch (part.type) {
      case 'text':
        this.#addText(part);
        return;
      case 'refusal':
        this.#refusal = (this.#refusal ?? '') + part.text;
        return;
      case 'reasoning':
        this.#reasoning += part.text;
        if (isSealed(part)) this.#details.push(detailFor(part, this.#details.length));
        return;
      case 'tool-call':
        this.#addCall(part);
        return;
      case 'image':
        this.#addImage(part);
        return;
      case 'audio':
        this.#audio = audioBody(part, () => this.#exchange.newId('audio_'), this.#exchange.created);
        return;
      default:
        this.#dropped.add('name' in part && part.name !== undefined ? part.name : part.type);
    }
  }

  #addText(part: Part & { type: 'text' }): void {
    const start = this.#text?.length ?? 0;
    this.#text = (this.#text ?? '') + part.text;
    if (part.signature !== undefined)
      this.#details.push(signatureDetail(part, { start, end: start + part.text.length }, this.#details.length));
    for (const annotation of part.annotations ?? []) {
      const body = annotationBody(annotation, start, part.text.length);
      if (body === undefined) this.#dropped.add(`annotation.${annotation.kind}`);
      else this.#annotations.push(body);
    }
  }

  #addCall(part: ToolCallPart): void {
    if (this.#functions) {
      // The deprecated form holds one call; a second one would silently vanish.
      if (this.#functionCall === undefined) this.#functionCall = { name: part.name, arguments: part.input };
      else this.#dropped.add('tool_calls');
      return;
    }
    const extra = clientExtraContent(part);
    if (part.signature !== undefined && extra === undefined)
      this.#details.push(signatureDetail(part, { tool_call_id: part.callId }, this.#details.length));
    const call: Json =
      part.custom === true
        ? { id: part.callId, type: 'custom', custom: { name: part.name, input: part.input } }
        : { id: part.callId, type: 'function', function: { name: part.name, arguments: part.input } };
    put(call, 'extra_content', extra);
    this.#calls.push(over(part.native, call));
  }

  #addImage(part: Part & { type: 'image' }): void {
    const body = imageBody(part);
    if (body === undefined) {
      this.#dropped.add('image');
      return;
    }
    if (part.signature !== undefined)
      this.#details.push(signatureDetail(part, { image: this.#images.length }, this.#details.length));
    this.#images.push(body);
  }

  /** Did the model refuse in words? */
  get refused(): boolean {
    return this.#refusal !== null;
  }

  get body(): Json {
    const body: Json = {
      role: 'assistant',
      content: this.#text,
      refusal: this.#refusal,
      annotations: this.#annotations,
    };
    if (this.#reasoning !== '') body['reasoning_content'] = this.#reasoning;
    put(body, 'reasoning_details', filled(this.#details));
    put(body, 'tool_calls', filled(this.#calls));
    put(body, 'function_call', this.#functionCall);
    put(body, 'audio', this.#audio);
    put(body, 'images', filled(this.#images));
    return body;
  }
}

const filled = (list: Json[]): Json[] | undefined => (list.length === 0 ? undefined : list);
