import type {
  FilePart,
  ImagePart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../chat/parts.ts';
import { RequestError } from '../../kit/errors.ts';
import { dataUri } from '../shared/data-uri.ts';
import { isOwn } from '../shared/origin.ts';
import { given, isBlank, type Json, record } from '../shared/read.ts';
import { ownCitation } from './citations.ts';
import { isRemoteText, keptBlock, writeDocument } from './documents.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, nativeFields } from './wire.ts';

/** Reports a part that can't be sent, with where it stood. */
export function refuse(part: Part, path: string, { dropped }: Rendering): undefined {
  dropped.add(`${path} (${part.type === 'native' ? part.name : part.type})`);
  return undefined;
}

function imageBlock(part: ImagePart, path: string, rendering: Rendering): Json | undefined {
  const { source } = part;
  if (source.kind === 'file') return refuse(part, path, rendering);
  const url = source.kind === 'url' ? source.url : dataUri(source.mediaType, source.data);
  return { type: 'image_url', image_url: { url, ...given('detail', part.detail) } };
}

function noteCache(part: Part, { dropped }: Rendering): void {
  if (part.cache !== undefined) dropped.add('cache_control');
}

/** A file that is an image is one, whatever part it came in. */
function fileBlock(part: FilePart, path: string, rendering: Rendering): Json | undefined {
  if (part.source.mediaType?.startsWith('image/') === true)
    return imageBlock({ type: 'image', source: part.source }, path, rendering);
  const document = documentOf(part, path, rendering);
  if (document !== undefined) rendering.documents.push(document);
  return undefined;
}

/** A text as a document; undefined, and reported, for what is none. */
function documentOf(part: FilePart, path: string, rendering: Rendering): unknown {
  if (isRemoteText(part))
    throw new RequestError('media_url_unsupported', 'The model takes text as it is only, not by its address.', {
      param: path,
    });
  return writeDocument(part) ?? refuse(part, path, rendering);
}

/** A part of a user's message. undefined: nothing to send, stands elsewhere, or reported. */
export function userBlock(part: Part, path: string, rendering: Rendering): Json | undefined {
  noteCache(part, rendering);
  switch (part.type) {
    case 'text':
      return isBlank(part.text) ? undefined : { type: 'text', text: part.text };
    case 'image':
      return imageBlock(part, path, rendering);
    case 'file':
      return fileBlock(part, path, rendering);
    case 'native':
      return part.format === FORMAT ? record(part.value) : refuse(part, path, rendering);
    default:
      return refuse(part, path, rendering);
  }
}

/** A part of a tool's result: a text, a document, or an image that can't stay there. */
function resultBlock(part: ToolResultPart['content'][number], path: string, rendering: Rendering): Json | undefined {
  noteCache(part, rendering);
  switch (part.type) {
    case 'text':
      return keptBlock(part) ?? { type: 'text', text: part.text };
    case 'image':
      return imageBlock(part, path, rendering);
    case 'file': {
      if (part.source.mediaType?.startsWith('image/') === true) return fileBlock(part, path, rendering);
      const document = documentOf(part, path, rendering);
      if (document === undefined) return undefined;
      return { type: 'document', document: typeof document === 'string' ? { data: { text: document } } : document };
    }
    case 'native':
      return part.format === FORMAT ? record(part.value) : refuse(part, path, rendering);
    default:
      return refuse(part, path, rendering);
  }
}

/** Content that is one plain text is written as a string, as most clients of this format do. */
export function shorthand(content: readonly Json[]): readonly Json[] | string {
  const [only] = content;
  const plain = content.length === 1 && only?.type === 'text' && Object.keys(only).length === 2;
  return plain && typeof only.text === 'string' ? only.text : content;
}

/** What stands for a message of which nothing can be sent. */
export const PLACEHOLDER = '(empty)';

/**
 * A result of a tool, as a message of its own. It holds texts and documents only: images are `moved` to the user's next message, and reported.
 * Source: https://docs.cohere.com/reference/chat (Tool)
 */
export function toolMessage(part: ToolResultPart, path: string, rendering: Rendering, moved: Json[]): Json {
  if (part.isError === true) rendering.dropped.add('tool_result.is_error');
  noteCache(part, rendering);
  const blocks: Json[] = [];
  part.content.forEach((piece, index) => {
    const block = resultBlock(piece, `${path}.content.${index}`, rendering);
    if (block?.type === 'image_url') {
      rendering.dropped.add('tool_result.image');
      moved.push(block);
    } else if (block !== undefined && !(block.type === 'text' && isBlank(String(block.text)))) blocks.push(block);
  });
  if (blocks.length === 0) rendering.inserted.add(`${path}.content=${PLACEHOLDER}`);
  const content = blocks.length === 0 ? PLACEHOLDER : shorthand(blocks);
  return { role: 'tool', tool_call_id: part.callId, content };
}

/** An assistant's message on its way. */
export class AssistantMessage {
  readonly #rendering: Rendering;
  readonly #content: Json[] = [];
  readonly #calls: Json[] = [];
  readonly #citations: Json[] = [];
  #plan = '';

  constructor(rendering: Rendering) {
    this.#rendering = rendering;
  }

  add(part: Part, path: string): void {
    // The vendor signs nothing: a signature is another's, and stays behind.
    if (part.signature !== undefined && part.type !== 'reasoning') this.#rendering.dropped.add('reasoning.signature');
    noteCache(part, this.#rendering);
    switch (part.type) {
      case 'text':
      case 'refusal':
        this.#text(part, path);
        break;
      case 'reasoning':
        this.#reasoning(part, path);
        break;
      case 'tool-call':
        this.#calls.push(this.#call(part));
        break;
      case 'native': {
        const block = part.format === FORMAT ? record(part.value) : refuse(part, path, this.#rendering);
        if (block !== undefined) this.#content.push(block);
        break;
      }
      default:
        refuse(part, path, this.#rendering);
    }
  }

  /** The message; undefined when nothing of it can be sent. */
  get message(): Json | undefined {
    if (this.#content.length === 0 && this.#calls.length === 0) return undefined;
    return {
      role: 'assistant',
      ...(this.#content.length === 0 ? {} : { content: shorthand(this.#content) }),
      ...(this.#plan === '' ? {} : { tool_plan: this.#plan }),
      ...(this.#calls.length === 0 ? {} : { tool_calls: this.#calls }),
      ...(this.#citations.length === 0 ? {} : { citations: this.#citations }),
    };
  }

  #text(part: Pick<TextPart, 'text' | 'annotations'>, path: string): void {
    if (isBlank(part.text)) return;
    this.#cite(part, path);
    this.#content.push({ type: 'text', text: part.text });
  }

  /** Citations of other providers can't be sent: their sources are unknown here. */
  #cite({ annotations = [] }: Pick<Part, 'annotations'>, path: string): void {
    const own = annotations.map(ownCitation).filter((citation) => citation !== undefined);
    if (own.length < annotations.length) this.#rendering.dropped.add(`${path}.annotations`);
    this.#citations.push(...own);
  }

  /** Thinking goes back to who thought it, and so do plain words of which nobody says whose they are; anything else is reported. */
  #reasoning(part: ReasoningPart, path: string): void {
    const words = part.signature === undefined && part.encrypted === undefined;
    if (!words || (part.origin !== undefined && !isOwn(part.origin, this.#rendering.target))) {
      this.#rendering.dropped.add('reasoning');
      return;
    }
    if (isBlank(part.text)) return;
    this.#cite(part, path);
    if (nativeFields(part.native).tool_plan === true) this.#plan += part.text;
    else this.#content.push({ type: 'thinking', thinking: part.text });
  }

  #call(part: ToolCallPart): Json {
    const input = part.custom === true ? JSON.stringify({ input: part.input }) : part.input;
    return {
      id: part.callId,
      type: 'function',
      function: { name: this.#rendering.names.wire(part.name), arguments: isBlank(input) ? '{}' : input },
    };
  }
}
