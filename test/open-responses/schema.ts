import { z } from 'zod';

/**
 * The response object as Open Responses defines it: every field that it requires is there, and of its type; others may be there besides.
 * Source: https://www.openresponses.org/reference (edition 2026-04-24)
 */
const text = z.string();
const whole = z.number().int();

/** Items of the vendor's own are allowed by the specification's section on extending it; these are the ones it defines. */
const status = z.enum(['in_progress', 'completed', 'incomplete']);

const annotation = z.looseObject({
  type: z.literal('url_citation'),
  url: text,
  start_index: whole,
  end_index: whole,
  title: text,
});
const topLogprob = z.looseObject({ token: text, logprob: z.number(), bytes: z.array(whole) });
const logprobs = z.array(topLogprob.extend({ top_logprobs: z.array(topLogprob) })).optional();

/** A piece of an item's content. */
export const contentPart = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('input_text'), text }),
  z.looseObject({ type: z.literal('output_text'), text, annotations: z.array(annotation), logprobs }),
  z.looseObject({ type: z.literal('text'), text }),
  z.looseObject({ type: z.literal('summary_text'), text }),
  z.looseObject({ type: z.literal('reasoning_text'), text }),
  z.looseObject({ type: z.literal('refusal'), refusal: text }),
]);

/** An item of the output. */
export const item = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    id: text,
    status,
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: z.array(contentPart),
    phase: z.enum(['commentary', 'final_answer']).optional(),
  }),
  z.looseObject({ type: z.literal('function_call'), id: text, call_id: text, name: text, arguments: text, status }),
  z.looseObject({
    type: z.literal('function_call_output'),
    id: text,
    call_id: text,
    output: z.union([text, z.array(contentPart)]),
    status,
  }),
  z.looseObject({
    type: z.literal('reasoning'),
    id: text,
    summary: z.array(contentPart),
    content: z.array(contentPart).optional(),
    encrypted_content: text.optional(),
  }),
  z.looseObject({ type: z.literal('compaction'), id: text, encrypted_content: text }),
]);

const usage = z.looseObject({
  input_tokens: whole,
  output_tokens: whole,
  total_tokens: whole,
  input_tokens_details: z.looseObject({ cached_tokens: whole }),
  output_tokens_details: z.looseObject({ reasoning_tokens: whole }),
});

const tool = z.looseObject({
  type: z.literal('function'),
  name: text,
  description: text.nullable(),
  parameters: z.looseObject({}).nullable(),
  strict: z.boolean().nullable(),
});
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ type: z.literal('function'), name: text.optional() }),
  z.looseObject({ type: z.literal('allowed_tools'), tools: z.array(z.unknown()), mode: text }),
]);
const format = z.union([
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: text,
    description: text.nullable(),
    schema: z.looseObject({}).nullable(),
    strict: z.boolean(),
  }),
]);

/** The response as a whole. */
export const responseResource = z.looseObject({
  id: text,
  object: z.literal('response'),
  created_at: whole,
  completed_at: whole.nullable(),
  status: text,
  incomplete_details: z.looseObject({ reason: text }).nullable(),
  model: text,
  previous_response_id: text.nullable(),
  instructions: text.nullable(),
  output: z.array(item),
  error: z.looseObject({ code: text, message: text }).nullable(),
  tools: z.array(tool),
  tool_choice: toolChoice,
  truncation: z.enum(['auto', 'disabled']),
  parallel_tool_calls: z.boolean(),
  text: z.looseObject({ format, verbosity: z.enum(['low', 'medium', 'high']).optional() }),
  top_p: z.number(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  top_logprobs: whole,
  temperature: z.number(),
  reasoning: z
    .looseObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullable(),
      summary: z.enum(['concise', 'detailed', 'auto']).nullable(),
    })
    .nullable(),
  usage: usage.nullable(),
  max_output_tokens: whole.nullable(),
  max_tool_calls: whole.nullable(),
  store: z.boolean(),
  background: z.boolean(),
  service_tier: text,
  metadata: z.unknown(),
  safety_identifier: text.nullable(),
  prompt_cache_key: text.nullable(),
});

/** A response that was checked. */
export type ResponseResource = z.infer<typeof responseResource>;

export { annotation, logprobs, text, whole };
