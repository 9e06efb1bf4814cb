/** A tool that the model may call. */
export interface AskedTool {
  readonly name: string;
  /** The JSON Schema of its arguments; absent: it takes none. */
  readonly schema: unknown;
}

/** What a request asks for, read out of its format by the format's own reader. */
export interface Ask {
  readonly model: string;
  readonly stream: boolean;
  /** The last user text, or the tool result when that is what the conversation ends with. */
  readonly lastText: string;
  readonly endsWithToolResult: boolean;
  /** Assistant turns with tool calls since the last user text. */
  readonly toolRounds: number;
  readonly tools: readonly AskedTool[];
  /** `{ name }`: that tool and no other. */
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string };
  /** May several tools be called in one turn? */
  readonly parallelTools: boolean;
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  /** How many answers are wanted. */
  readonly choices: number;
  /** JSON is wanted; with a schema when one was given. */
  readonly json: { readonly schema: unknown } | undefined;
  /** Does the request switch reasoning on, and is its text to be shown? */
  readonly reasoning: 'off' | 'hidden' | 'shown';
  /** Can the format's answers hold images? */
  readonly images: boolean;
  /** Does a refusal cost the tokens of its words? Where the prompt is blocked before any, it doesn't. */
  readonly paysRefusals: boolean;
  /** The conversation ends with a message of the assistant: its text. */
  readonly prefill?: string | undefined;
  /** Tokens of the prompt as the sim counts them, tools included. */
  readonly promptTokens: number;
}
