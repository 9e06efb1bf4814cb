import type { CachePoint, Part } from './parts.ts';

/** `tool` messages hold only tool-result parts. Roles keep their place in the list; an adapter merges or hoists as its format demands. */
export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

export interface Message {
  role: Role;
  content: Part[];
  /** Name of the participant, where the format has one. */
  name?: string;
  /** Of the last one, an assistant's: it is the beginning of the answer, which goes on from there. */
  goesOn?: true;
  native?: Record<string, Record<string, unknown>>;
}

/** A function that the client runs. */
export interface FunctionTool {
  type: 'function';
  name: string;
  description?: string;
  /** JSON Schema of the input, as the client gave it. Absent: no parameters. */
  inputSchema?: Record<string, unknown>;
  strict?: boolean;
  cache?: CachePoint;
  native?: Record<string, Record<string, unknown>>;
}
/** A free-text tool (OpenAI's custom tools). */
export interface CustomTool {
  type: 'custom';
  name: string;
  description?: string;
  format?: unknown;
  native?: Record<string, Record<string, unknown>>;
}
/** A tool that the provider runs (web search, code execution …), kept as it is for its own format. */
export interface ServerTool {
  type: 'server';
  format: string;
  /** What to call it in `x-postern-dropped`, for instance `web_search_20250305`. */
  name: string;
  value: Record<string, unknown>;
  cache?: CachePoint;
}
export type Tool = FunctionTool | CustomTool | ServerTool;

/** `allowed` restricts `auto` or `required` to some of the tools. */
export type ToolChoice = { type: 'auto' | 'none' | 'required'; allowed?: string[] } | { type: 'tool'; name: string };

export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json' }
  | {
      type: 'json-schema';
      schema: Record<string, unknown>;
      name?: string;
      description?: string;
      strict?: boolean;
      /** Fields of the schema's original form that JSON Schema has no name for, by wire format. */
      native?: Record<string, Record<string, unknown>>;
    };

/** How much to think. `budget` is in tokens; `effort` in the field's words. A target takes what it knows; the other is derived. */
export interface ReasoningOptions {
  enabled?: boolean;
  effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  /** `answer`: the effort is asked for the answer as a whole and does not by itself ask for thinking. Default `thinking`. */
  effortScope?: 'thinking' | 'answer';
  budget?: number;
  /** Should the thinking (or its summary) be shown in the answer? */
  include?: boolean;
  summary?: string;
}

/** A chat request in the canonical model. `model` and `stream` are the exchange's, not its. */
export interface ChatRequest {
  messages: Message[];
  tools?: Tool[];
  toolChoice?: ToolChoice;
  parallelToolCalls?: boolean;
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  seed?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  /** How many answers. */
  n?: number;
  logprobs?: boolean;
  topLogprobs?: number;
  logitBias?: Record<string, number>;
  responseFormat?: ResponseFormat;
  reasoning?: ReasoningOptions;
  /** Kinds of output asked for, such as `['text', 'audio']`. */
  modalities?: string[];
  /** Audio output: voice and container. */
  audio?: { voice?: unknown; format?: string };
  /** The end user's id, for abuse detection by the provider. */
  user?: string;
  metadata?: Record<string, string>;
  serviceTier?: string;
  /** Cache point on the request as a whole (Anthropic's top-level cache_control). */
  cache?: CachePoint;
  /** Provider options by wire format or provider id, already validated; see `providerOptions` of the docs. */
  providerOptions?: Record<string, Record<string, unknown>>;
  /** Fields that the model has no name for, by the wire format they came in; sent to that format, reported otherwise. */
  extensions?: Record<string, Record<string, unknown>>;
}
