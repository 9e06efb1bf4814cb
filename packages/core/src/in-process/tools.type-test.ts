/** What the types of tool calls come to. Checked by the compiler; nothing runs. */
import { expectTypeOf } from 'vitest';
import * as z from 'zod';
import type { Gateway } from '../gateway-api.ts';
import type { FromJsonSchema, ToolCall } from './tools.ts';

declare const gateway: Gateway;
const caller = { caller: { id: 'a' } };
const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };

const SEARCH = {
  type: 'object',
  properties: {
    query: { type: 'string' },
    limit: { type: 'integer' },
    sort: { enum: ['new', 'old'] },
    tags: { type: 'array', items: { type: 'string' } },
    exact: { const: true },
    within: { anyOf: [{ type: 'number' }, { type: 'null' }] },
    place: { type: 'object', properties: { lat: { type: 'number' } }, required: ['lat'] },
    anything: {},
  },
  required: ['query', 'sort'],
} as const;

interface Search {
  query: string;
  sort: 'new' | 'old';
  limit?: number;
  tags?: string[];
  exact?: true;
  within?: number | null;
  place?: { lat: number };
  anything?: unknown;
}

expectTypeOf<FromJsonSchema<typeof SEARCH>>().toEqualTypeOf<Search>();
expectTypeOf<FromJsonSchema<{ readonly type: 'object' }>>().toEqualTypeOf<Record<never, never>>();
expectTypeOf<FromJsonSchema<Record<string, unknown>>>().toEqualTypeOf<unknown>();

const { toolCalls } = await gateway.chat(
  {
    ...ask,
    tools: {
      weather: {
        description: 'The weather',
        input: z.object({ city: z.string(), unit: z.enum(['c', 'f']).default('c') }),
      },
      search: { input: SEARCH },
      inline: { input: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] } },
      now: {},
    },
  },
  caller,
);

for (const call of toolCalls) {
  expectTypeOf(call.name).toEqualTypeOf<'weather' | 'search' | 'inline' | 'now'>();
  expectTypeOf(call.text).toEqualTypeOf<string>();
  expectTypeOf(call.problem).toEqualTypeOf<string | undefined>();
  // The name tells which input it is.
  if (call.name === 'weather') expectTypeOf(call.input).toEqualTypeOf<{ city: string; unit: 'c' | 'f' }>();
  if (call.name === 'search') expectTypeOf(call.input).toEqualTypeOf<Search>();
  if (call.name === 'inline') expectTypeOf(call.input).toEqualTypeOf<{ on: boolean }>();
  if (call.name === 'now') expectTypeOf(call.input).toEqualTypeOf<Record<string, unknown>>();
  // @ts-expect-error: there is no such tool
  if (call.name === 'wether') void call;
}

const stream = await gateway.stream({ ...ask, tools: { weather: { input: z.object({ city: z.string() }) } } }, caller);
expectTypeOf((await stream.result).toolCalls[0]).toEqualTypeOf<
  ToolCall<{ readonly weather: { readonly input: z.ZodObject<{ city: z.ZodString }> } }> | undefined
>();
expectTypeOf((await stream.result).toolCalls[0]?.input).toEqualTypeOf<{ city: string } | undefined>();

const untyped = await gateway.chat(ask, caller);
expectTypeOf(untyped.toolCalls[0]?.name).toEqualTypeOf<string | undefined>();

// @ts-expect-error: a caller is required, in process nobody else says who it is
void gateway.chat(ask);
// @ts-expect-error: streaming is another method
void gateway.chat({ ...ask, stream: true }, caller);
// @ts-expect-error: an input is a schema
void gateway.chat({ ...ask, tools: { weather: { input: 'city' } } }, caller);
