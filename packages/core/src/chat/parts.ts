/**
 * The parts of a message in the canonical chat model. Data only: an adapter fills and reads them,
 * nothing else interprets them. JSON-shaped, so that a conversation can be stored and replayed.
 */

/** The wire format, provider and model that made an opaque blob; a blob is only ever sent back to its own origin. */
export interface Origin {
  readonly format: string;
  readonly provider?: string;
  readonly model?: string;
}

/** What any part may carry. */
export interface PartBase {
  /** The provider's own id of the part, where it has one. */
  id?: string;
  /** An opaque signature over the part (thought signature), byte-exact, bound to `origin`. */
  signature?: string;
  /** Who issued `signature`, `encrypted`, `id` or `native`; absent on what a client wrote itself. */
  origin?: Origin;
  annotations?: Annotation[];
  /** A cache point after this part, for providers that let the client place them. */
  cache?: CachePoint;
  /** Fields of the part that the model has no name for, by wire format; kept for that format only. */
  native?: Record<string, Record<string, unknown>>;
}
/** `ttl` as the client wrote it, such as `5m` or `1h`. */
export interface CachePoint {
  ttl?: string;
}

/** A citation. `native` holds the whole original, so that the format it came from loses nothing. */
export interface Annotation {
  kind: 'url' | 'file' | 'document' | 'other';
  url?: string;
  title?: string;
  /** The quoted text. */
  text?: string;
  /** Character positions in the text of the part. */
  start?: number;
  end?: number;
  native?: Record<string, Record<string, unknown>>;
}

/** Where media comes from: exactly one of the three. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly data: string; readonly mediaType: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  | { readonly kind: 'file'; readonly fileId: string; readonly mediaType?: string };

export interface TextPart extends PartBase {
  type: 'text';
  text: string;
}
export interface ImagePart extends PartBase {
  type: 'image';
  source: MediaSource;
  /** OpenAI's `detail`: low, high, auto. */
  detail?: string;
}
export interface AudioPart extends PartBase {
  type: 'audio';
  source: MediaSource;
  /** Of an answer: what was said, in text. */
  transcript?: string;
  /** Unix seconds until which the provider keeps the audio under its `id`. */
  expiresAt?: number;
}
export interface VideoPart extends PartBase {
  type: 'video';
  source: MediaSource;
}
/** A document: PDF, plain text (`source.mediaType` text/plain, base64 of UTF-8) or a provider's file. */
export interface FilePart extends PartBase {
  type: 'file';
  source: MediaSource;
  name?: string;
  /** Anthropic's `context` of a document. */
  context?: string;
}
/** A part that is media. */
export type MediaPart = ImagePart | AudioPart | VideoPart | FilePart;

export interface ToolCallPart extends PartBase {
  type: 'tool-call';
  /** Correlates with the result; always present (an adapter makes one with `exchange.newId` where its format has none). */
  callId: string;
  name: string;
  /** The JSON text of the arguments exactly as it came; `{}` for a call without arguments. May be broken JSON: a model wrote it. */
  input: string;
  /** True for a free-text (custom, grammar) tool: `input` is text, not JSON. */
  custom?: boolean;
}
export interface ToolResultPart extends PartBase {
  type: 'tool-result';
  callId: string;
  /** Name of the tool where the client gave it or an earlier call tells it. */
  name?: string;
  content: (TextPart | ImagePart | FilePart | AudioPart | VideoPart | NativePart)[];
  isError?: boolean;
}
/** A call of a tool that the provider itself runs; never handed to a client as its own tool call. */
export interface ServerToolCallPart extends PartBase {
  type: 'server-tool-call';
  callId: string;
  name: string;
  input: string;
}
export interface ServerToolResultPart extends PartBase {
  type: 'server-tool-result';
  callId: string;
  name?: string;
  /** The result as the provider gave it. */
  content: unknown;
}
/** Thinking. `signature` signs `text`; `encrypted` is a redacted or encrypted block, byte-exact. Both are bound to `origin`. */
export interface ReasoningPart extends PartBase {
  type: 'reasoning';
  text: string;
  encrypted?: string;
  /** True when `text` is a summary and not the thinking itself. */
  summary?: boolean;
}
export interface RefusalPart extends PartBase {
  type: 'refusal';
  text: string;
}
/** A part that only its own format understands, kept whole in `value`; other formats drop and report it. */
export interface NativePart extends PartBase {
  type: 'native';
  format: string;
  /** What to call it in `x-postern-dropped`. */
  name: string;
  value: unknown;
}

export type Part =
  | TextPart
  | ImagePart
  | AudioPart
  | VideoPart
  | FilePart
  | ToolCallPart
  | ToolResultPart
  | ServerToolCallPart
  | ServerToolResultPart
  | ReasoningPart
  | RefusalPart
  | NativePart;
export type PartType = Part['type'];
