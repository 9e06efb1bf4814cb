/** Members that are not named here pass as they are. */
interface Further {
  readonly [name: string]: unknown;
}

/** A member of which some values are known, and others pass. */
type Known<Values extends string> = Values | (string & {});

/**
 * Fields of the chat completions API that the canonical model has no name for.
 * Source: https://platform.openai.com/docs/api-reference/chat/create
 */
export interface OpenAIChatOptions extends Further {
  /** Requests of one key are served where their beginning is cached. */
  readonly prompt_cache_key?: string | null | undefined;
  readonly prompt_cache_retention?: Known<'in_memory' | '24h'> | null | undefined;
  readonly service_tier?: Known<'auto' | 'default' | 'flex' | 'scale' | 'priority'> | null | undefined;
  /** The answer as it is expected, so that what of it comes true is served fast. */
  readonly prediction?:
    | {
        readonly type: 'content';
        readonly content: string | readonly { readonly type: 'text'; readonly text: string }[];
      }
    | null
    | undefined;
  readonly modalities?: readonly Known<'text' | 'audio'>[] | null | undefined;
  readonly audio?:
    | {
        readonly voice: string | { readonly id: string };
        readonly format: Known<'wav' | 'mp3' | 'pcm16'>;
      }
    | null
    | undefined;
  readonly web_search_options?:
    | {
        readonly search_context_size?: Known<'low' | 'medium' | 'high'> | undefined;
        readonly user_location?:
          | {
              readonly type: 'approximate';
              readonly approximate: {
                readonly city?: string | undefined;
                readonly country?: string | undefined;
                readonly region?: string | undefined;
                readonly timezone?: string | undefined;
              };
            }
          | null
          | undefined;
      }
    | undefined;
  readonly store?: boolean | null | undefined;
  readonly verbosity?: Known<'low' | 'medium' | 'high'> | null | undefined;
  readonly reasoning_effort?: Known<'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'> | null | undefined;
  readonly safety_identifier?: string | null | undefined;
  readonly logit_bias?: Readonly<Record<string, number>> | null | undefined;
}

/**
 * Fields of the messages API that the canonical model has no name for.
 * Source: https://platform.claude.com/docs/en/api/messages
 */
export interface AnthropicMessagesOptions extends Further {
  /** Beta features; they go into the header `anthropic-beta`. Source: https://platform.claude.com/docs/en/api/beta-headers */
  readonly betas?: readonly string[] | undefined;
  /** A cache point behind all that can be cached. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
  readonly cache_control?: { readonly type: 'ephemeral'; readonly ttl?: '5m' | '1h' | undefined } | null | undefined;
  /** What is cleared from a long conversation; needs a beta. Source: https://platform.claude.com/docs/en/build-with-claude/context-editing */
  readonly context_management?:
    | {
        readonly edits?:
          | readonly ({
              readonly type: Known<'clear_tool_uses_20250919' | 'clear_thinking_20251015'>;
            } & Further)[]
          | undefined
          | undefined;
      }
    | null
    | undefined;
  readonly container?: string | Further | null | undefined;
  readonly service_tier?: Known<'auto' | 'standard_only'> | undefined;
  readonly inference_geo?: string | null | undefined;
  readonly speed?: Known<'standard' | 'fast'> | null | undefined;
  readonly metadata?: { readonly user_id?: string | null | undefined } | undefined;
  readonly thinking?: ({ readonly type: Known<'enabled' | 'disabled' | 'adaptive'> } & Further) | undefined;
  readonly output_config?: Further | undefined;
}

/**
 * Fields of `generateContent` that the canonical model has no name for.
 * Source: https://ai.google.dev/api/generate-content
 */
export interface GeminiOptions extends Further {
  /** Name of a cached content, such as `cachedContents/abc`. Source: https://ai.google.dev/gemini-api/docs/caching */
  readonly cachedContent?: string | undefined;
  /** Source: https://ai.google.dev/gemini-api/docs/safety-settings */
  readonly safetySettings?:
    | readonly {
        readonly category:
          | Known<
              | 'HARM_CATEGORY_HARASSMENT'
              | 'HARM_CATEGORY_HATE_SPEECH'
              | 'HARM_CATEGORY_SEXUALLY_EXPLICIT'
              | 'HARM_CATEGORY_DANGEROUS_CONTENT'
            >
          | undefined;
        readonly threshold: Known<
          'BLOCK_NONE' | 'BLOCK_ONLY_HIGH' | 'BLOCK_MEDIUM_AND_ABOVE' | 'BLOCK_LOW_AND_ABOVE' | 'OFF'
        >;
      }[]
    | undefined;
  readonly serviceTier?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly generationConfig?:
    | ({
        readonly mediaResolution?: string | undefined;
        readonly responseModalities?: readonly string[] | undefined;
        readonly speechConfig?: Further | undefined;
        readonly imageConfig?: Further | undefined;
        readonly thinkingConfig?: Further | undefined;
      } & Further)
    | undefined;
}

/**
 * Options for one provider, in its own words, whatever format the request is written in. A group is named by a wire format, by its vendor, or by the id
 * of a provider in the configuration; of these the later one wins. A target takes the groups that are its own. Members that decisions rest on (model,
 * messages, tools, bounds) can't be set here.
 */
export interface ProviderOptions {
  readonly openai?: OpenAIChatOptions | undefined;
  readonly 'openai-chat'?: OpenAIChatOptions | undefined;
  readonly anthropic?: AnthropicMessagesOptions | undefined;
  readonly 'anthropic-messages'?: AnthropicMessagesOptions | undefined;
  readonly gemini?: GeminiOptions | undefined;
  readonly [provider: string]: Readonly<Record<string, unknown>> | undefined;
}
