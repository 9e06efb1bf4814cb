import * as z from 'zod';
import type { AnthropicMessagesOptions, GeminiOptions, OpenAIChatOptions } from './types.ts';

const text = () => z.string();
const words = () => z.array(text());
const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape);

/** What is known is checked by its type and not by its values: a vendor adds values, and a gateway must not stand in their way. */
function openaiChat() {
  return object({
    prompt_cache_key: text().nullish(),
    prompt_cache_retention: text().nullish(),
    service_tier: text().nullish(),
    prediction: object({
      type: z.literal('content'),
      content: z.union([text(), z.array(object({ type: z.literal('text'), text: text() }))]),
    }).nullish(),
    modalities: words().nullish(),
    audio: object({ voice: z.union([text(), object({ id: text() })]), format: text() }).nullish(),
    web_search_options: object({
      search_context_size: text().optional(),
      user_location: object({
        type: z.literal('approximate'),
        approximate: object({
          city: text().optional(),
          country: text().optional(),
          region: text().optional(),
          timezone: text().optional(),
        }),
      }).nullish(),
    }).optional(),
    store: z.boolean().nullish(),
    verbosity: text().nullish(),
    reasoning_effort: text().nullish(),
    safety_identifier: text().nullish(),
    logit_bias: z.record(text(), z.number()).nullish(),
  });
}

function anthropicMessages() {
  return object({
    betas: words().optional(),
    cache_control: object({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish(),
    context_management: object({ edits: z.array(object({ type: text() })).optional() }).nullish(),
    container: z.union([text(), object({})]).nullish(),
    service_tier: text().optional(),
    inference_geo: text().nullish(),
    speed: text().nullish(),
    metadata: object({ user_id: text().nullish() }).optional(),
    thinking: object({ type: text() }).optional(),
    output_config: object({}).optional(),
  });
}

function gemini() {
  return object({
    cachedContent: text().optional(),
    safetySettings: z.array(object({ category: text(), threshold: text() })).optional(),
    serviceTier: text().optional(),
    labels: z.record(text(), text()).optional(),
    generationConfig: object({
      mediaResolution: text().optional(),
      responseModalities: words().optional(),
      speechConfig: object({}).optional(),
      imageConfig: object({}).optional(),
      thinkingConfig: object({}).optional(),
    }).optional(),
  });
}

/** Makes a schema when it is first asked for, and so that it runs where code can't be made at run time. */
function lazy<Schema>(make: () => Schema): () => Schema {
  let made: Schema | undefined;
  return () => {
    if (made !== undefined) return made;
    const { jitless } = z.config();
    z.config({ jitless: true });
    try {
      made = make();
    } finally {
      z.config({ jitless });
    }
    return made;
  };
}

const OPENAI: () => z.ZodType<OpenAIChatOptions> = lazy(openaiChat);
const ANTHROPIC: () => z.ZodType<AnthropicMessagesOptions> = lazy(anthropicMessages);
const GEMINI: () => z.ZodType<GeminiOptions> = lazy(gemini);

/** By the names of groups: formats, and the vendors that own them. */
export const SCHEMAS: ReadonlyMap<string, () => z.ZodType> = new Map([
  ['openai-chat', OPENAI],
  ['openai', OPENAI],
  ['anthropic-messages', ANTHROPIC],
  ['anthropic', ANTHROPIC],
  ['gemini', GEMINI],
]);
