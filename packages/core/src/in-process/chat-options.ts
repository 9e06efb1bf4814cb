import { z } from 'zod';
import { readProviderOptions } from '../adapters/options/check.ts';
import type { ProviderOptions } from '../adapters/options/types.ts';
import type { Part } from '../chat/parts.ts';
import type { ChatRequest, FunctionTool, Message, Role, Tool } from '../chat/request.ts';
import { RequestError } from '../kit/errors.ts';
import type { JsonSchema, StandardSchema, ToolDefinition, ToolSet } from './tools.ts';

/** A message of the canonical model; a string stands for one text part. */
export interface MessageInput {
  readonly role: Role;
  readonly content: string | readonly Part[];
  readonly name?: string;
}

/** A chat in the canonical model. `tools`: by name, typed; tools that the provider runs go into `serverTools`. */
export interface ChatOptions<Tools extends ToolSet = ToolSet>
  extends Omit<ChatRequest, 'messages' | 'tools' | 'providerOptions'> {
  /** An alias, or `provider/model` where that is allowed. */
  readonly model: string;
  readonly messages: readonly MessageInput[];
  readonly tools?: Tools;
  readonly serverTools?: readonly Tool[];
  readonly providerOptions?: ProviderOptions;
}

/** The options as a request of the canonical model. Throws RequestError `invalid_request`, also for options that are none at all. */
export function chatRequestOf(options: ChatOptions | undefined | null): ChatRequest {
  const { model, messages, tools, serverTools, providerOptions, ...rest } = options ?? ({} as Partial<ChatOptions>);
  if (typeof model !== 'string' || model === '')
    throw new RequestError('invalid_request', 'model must be a non-empty string.', { param: 'model' });
  if (!Array.isArray(messages) || messages.length === 0)
    throw new RequestError('invalid_request', 'messages must be a non-empty list.', { param: 'messages' });
  const all = [...Object.entries(tools ?? {}).map(([name, tool]) => functionTool(name, tool)), ...(serverTools ?? [])];
  checkNumbers(rest);
  const own = readProviderOptions(providerOptions);
  return {
    ...rest,
    messages: messages.map(messageOf),
    ...(all.length === 0 ? {} : { tools: all }),
    ...(own === undefined ? {} : { providerOptions: own }),
  };
}

/** Numbers that reservations or the wire rest on: whole and at least so much, or any. NaN is null in JSON. */
const LEAST: Readonly<Record<string, number | undefined>> = {
  maxOutputTokens: 0,
  n: 1,
  topLogprobs: 0,
  temperature: undefined,
  topP: undefined,
  topK: undefined,
  seed: undefined,
  frequencyPenalty: undefined,
  presencePenalty: undefined,
};

function checkNumbers(options: Partial<ChatRequest>): void {
  for (const [name, least] of Object.entries(LEAST)) checkNumber(name, options[name as keyof ChatRequest], least);
  // -1 is one vendor's way to say: as much as the model likes.
  checkNumber('reasoning.budget', options.reasoning?.budget, -1);
}

function checkNumber(param: string, value: unknown, least: number | undefined): void {
  if (value === undefined) return;
  if (least === undefined ? Number.isFinite(value) : Number.isSafeInteger(value) && (value as number) >= least) return;
  const what = least === undefined ? 'a finite number' : `a whole number from ${least} on`;
  throw new RequestError('invalid_request', `${param} must be ${what}.`, { param });
}

function messageOf(input: MessageInput, index: number): Message {
  if (typeof input?.content !== 'string' && !Array.isArray(input?.content)) {
    const param = `messages.${index}.content`;
    throw new RequestError('invalid_request', `${param} must be a text or a list of parts.`, { param });
  }
  const content: Part[] =
    typeof input.content === 'string' ? [{ type: 'text', text: input.content }] : [...input.content];
  return { role: input.role, content, ...(input.name === undefined ? {} : { name: input.name }) };
}

function functionTool(name: string, { description, input, strict }: ToolDefinition): FunctionTool {
  return {
    type: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(input === undefined ? {} : { inputSchema: jsonSchemaOf(input, name) }),
    ...(strict === undefined ? {} : { strict }),
  };
}

/** Is it a schema that can check, and not JSON Schema? */
export const isStandardSchema = (schema: StandardSchema | JsonSchema): schema is StandardSchema =>
  '~standard' in schema;

function jsonSchemaOf(schema: StandardSchema | JsonSchema, tool: string): Record<string, unknown> {
  if (!isStandardSchema(schema)) return schema;
  const param = `tools.${tool}.input`;
  if (schema['~standard'].vendor !== 'zod' || !('_zod' in schema)) {
    throw new RequestError('invalid_request', `${param} must be a zod 4 schema or JSON Schema.`, { param });
  }
  try {
    return z.toJSONSchema(schema as unknown as z.ZodType, AS_WRITTEN) as Record<string, unknown>;
  } catch (cause) {
    throw new RequestError('invalid_request', `${param} can not be written as JSON Schema: ${String(cause)}`, {
      param,
      cause,
    });
  }
}

/** What the model is to write: the schema's input, before defaults and transforms; without members that the schema would only throw away. */
const AS_WRITTEN: Parameters<typeof z.toJSONSchema>[1] = {
  io: 'input',
  override({ jsonSchema }) {
    if (jsonSchema.type === 'object' && jsonSchema.properties !== undefined) jsonSchema.additionalProperties ??= false;
  },
};
