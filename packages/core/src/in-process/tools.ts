/** JSON Schema as far as the types of tool inputs are read from it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema object that says its own output type (Standard Schema: zod 3.24+, valibot, arktype). Source: https://standardschema.dev */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
  };
}
/** What is wrong with a value, and where. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** A function that the model may call. `input`: a zod schema, or JSON Schema written `as const`. */
export interface ToolDefinition {
  readonly description?: string;
  readonly input?: StandardSchema | JsonSchema;
  readonly strict?: boolean;
}
/** Tools by name. */
export type ToolSet = Readonly<Record<string, ToolDefinition>>;

type Primitive = { string: string; number: number; integer: number; boolean: boolean; null: null };
type Members<Schema> = Schema extends { readonly properties: infer Properties } ? Properties : Record<never, never>;
type RequiredKeys<Schema> = Schema extends { readonly required: readonly (infer Key)[] } ? Key : never;
type Flat<Type> = { [Key in keyof Type]: Type[Key] };
type ObjectOf<Schema> = Flat<
  {
    -readonly [Key in keyof Members<Schema> as Key extends RequiredKeys<Schema> ? Key : never]: FromJsonSchema<
      Members<Schema>[Key]
    >;
  } & {
    -readonly [Key in keyof Members<Schema> as Key extends RequiredKeys<Schema> ? never : Key]?: FromJsonSchema<
      Members<Schema>[Key]
    >;
  }
>;

/** The type of what fits a JSON Schema written `as const`: objects, arrays, enums, constants, anyOf and the primitives; `unknown` beyond. */
export type FromJsonSchema<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly anyOf: readonly (infer Option)[] }
      ? FromJsonSchema<Option>
      : Schema extends { readonly type: 'object' }
        ? ObjectOf<Schema>
        : Schema extends { readonly type: 'array'; readonly items: infer Items }
          ? FromJsonSchema<Items>[]
          : Schema extends { readonly type: infer Name extends keyof Primitive }
            ? Primitive[Name]
            : unknown;

/** What a tool's input is once it is parsed. */
export type ToolInput<Tool extends ToolDefinition> =
  Tool['input'] extends StandardSchema<infer Output>
    ? Output
    : Tool['input'] extends JsonSchema
      ? FromJsonSchema<Tool['input']>
      : Record<string, unknown>;

/** A call that the model asks for, discriminated by `name`. */
export type ToolCall<Tools extends ToolSet> = {
  [Name in keyof Tools & string]: {
    readonly id: string;
    readonly name: Name;
    /** Parsed, and checked where the tool's schema can check; undefined with `problem`. */
    readonly input: ToolInput<Tools[Name]>;
    /** The JSON text as the model wrote it. */
    readonly text: string;
    /** Why `input` could not be read: broken JSON, or what the schema said. */
    readonly problem?: string;
  };
}[keyof Tools & string];
