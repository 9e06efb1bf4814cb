/**
 * What a conversation says, in words of no vendor. The readers of `read/` bring every format's bodies into these shapes; an optional
 * member that a body does not say is absent. They know nothing of the gateway, so that a misread fact can't cancel out on both sides.
 */

/** Bytes or an address. */
export type MediaView =
  | { readonly data: string; readonly mediaType: string }
  | { readonly url: string }
  | { readonly file: string };

/** One piece of a turn. */
export type PartView =
  | { readonly text: string }
  | { readonly refusal: string }
  | { readonly thought: string }
  | { readonly image: MediaView; readonly detail?: string }
  | { readonly audio: MediaView }
  | { readonly video: MediaView }
  | { readonly document: MediaView; readonly name?: string; readonly context?: string }
  | { readonly call: string; readonly input: unknown }
  | { readonly result: string; readonly content: readonly PartView[]; readonly error?: true }
  | { readonly other: unknown };

/** Neighbouring messages of one role are one turn: formats differ in whether they are joined. */
export interface TurnView {
  readonly role: 'user' | 'assistant' | 'system';
  readonly parts: readonly PartView[];
}

/** A function that the client runs; `schema` is JSON Schema. */
export interface ToolView {
  readonly name: string;
  readonly description?: string;
  readonly schema?: unknown;
  readonly strict?: boolean;
}

/** Which tools the model may or must use. */
export type ToolChoiceView =
  | 'auto'
  | 'none'
  | 'required'
  /** As the model likes, but held to the schemas. */
  | 'validated'
  | { readonly tool: string }
  | { readonly mode: 'auto' | 'required'; readonly allowed: readonly string[] };

/** How much to think, as each format puts it. */
export interface ThinkingView {
  readonly effort?: string;
  readonly budget?: number;
  readonly adaptive?: true;
  readonly off?: true;
  readonly shown?: boolean;
}

/** All that a request says, its model and whether it streams apart. */
export interface RequestView {
  /** Texts before the first turn, of whatever rank. */
  readonly system: readonly string[];
  readonly turns: readonly TurnView[];
  readonly tools?: readonly ToolView[];
  /** Tools that the provider runs, as they stand on the wire. */
  readonly serverTools?: readonly unknown[];
  readonly toolChoice?: ToolChoiceView;
  /** May several tools be called at once? */
  readonly parallel?: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly n?: number;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  /** `json`, or a schema. */
  readonly output?:
    | 'json'
    | 'text'
    | { readonly schema: unknown; readonly name?: string; readonly description?: string; readonly strict?: boolean };
  readonly thinking?: ThinkingView;
  readonly user?: string;
  readonly tier?: string;
  /** Places of cache points, such as `system.0`, `tools.1`, `turns.0.0`. */
  readonly cached?: readonly string[];
  /** Fields that only this format has, as they stand on the wire. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Why an answer ended, in neutral words. */
export type StopView = 'stop' | 'stop-sequence' | 'length' | 'tools' | 'filtered' | 'refusal';

/** A call of a tool in an answer. */
export interface CallView {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** One answer of possibly several. */
export interface ChoiceView {
  readonly text: string;
  readonly thought: string;
  readonly refusal: string;
  readonly calls: readonly CallView[];
  /** data: URIs. */
  readonly images: readonly string[];
  /** Addresses or quotes of what is cited. */
  readonly citations: readonly string[];
  /** The format's own word. */
  readonly stop: string;
  readonly stopSequence?: string;
  readonly logprobs?: readonly { readonly token: string; readonly logprob: number }[];
}

/** Totals with their parts; a class that the format has no place for is absent. */
export interface UsageView {
  /** All tokens of the prompt. */
  readonly input: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** All tokens of the answer, thinking included. */
  readonly output: number;
  readonly thinking?: number;
}

/** A whole answer. */
export interface AnswerView {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly ChoiceView[];
  readonly usage?: UsageView;
  readonly tier?: string;
}

/** An error as a client sees it. */
export interface ErrorView {
  readonly message: string;
  /** The format's own word for its kind. */
  readonly type: string;
}
