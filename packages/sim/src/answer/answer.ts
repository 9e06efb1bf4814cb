/** Reasoning before the answer. `hidden`: billed, but not in the answer's bytes. `redacted`: there, but unreadable. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly tokens: readonly string[];
  readonly form: 'shown' | 'hidden' | 'redacted';
}
/** Visible text. */
export interface TextPart {
  readonly kind: 'text';
  readonly tokens: readonly string[];
  readonly cites: boolean;
}
/** The words of a refusal. */
export interface RefusalPart {
  readonly kind: 'refusal';
  readonly tokens: readonly string[];
}
/** A call of a tool. `whole` is false when the token limit cut its arguments. */
export interface ToolPart {
  readonly kind: 'tool';
  /** Letters and digits; the format puts its own prefix before them. */
  readonly id: string;
  readonly name: string;
  readonly input: { readonly [name: string]: unknown };
  /** The arguments as JSON text. */
  readonly tokens: readonly string[];
  readonly whole: boolean;
}
/** A generated image. */
export interface ImagePart {
  readonly kind: 'image';
  readonly mimeType: string;
  readonly base64: string;
  readonly tokens: readonly string[];
}

/** One piece of an answer. */
export type AnswerPart = ReasoningPart | TextPart | RefusalPart | ToolPart | ImagePart;

/** Why an answer ended. */
export type Finish = 'stop' | 'stop-sequence' | 'length' | 'tools' | 'refusal' | 'filtered';

/** What the simulated model says, before it is put into any format. */
export interface Answer {
  readonly parts: readonly AnswerPart[];
  readonly finish: Finish;
  /** The stop sequence that was met. */
  readonly stopSequence?: string;
}

/** What a call costs when it is finished; the classes of input are disjoint, reasoning is part of output. */
export interface SimUsage {
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}
