import type { ChatFormat } from '../kit/formats.ts';

/** What a client is asked to send. */
export interface Question {
  readonly model: string;
  readonly prompt: string;
  readonly stream: boolean;
  /** A PNG that goes along, base64. */
  readonly image?: string;
  /** Ask for reasoning, and to see it. */
  readonly reasoning?: boolean;
  readonly signal?: AbortSignal;
  /** Of a stream: the first piece of text has come. */
  readonly onText?: () => void;
  /** The key that the client sends; default {@link CLIENTS_KEY}. */
  readonly key?: string;
}

/** What the client made of the answer. */
export interface Told {
  readonly text: string;
  /** How many pieces of text came; 1 when the answer was not streamed. */
  readonly pieces: number;
  /** Undefined where the client has no place for it. */
  readonly reasoning?: string | undefined;
  /** Undefined where the client was told none. */
  readonly usage: { readonly input: number; readonly output: number } | undefined;
}

/** A tool call as the client read it, and the answer after its result was sent back. */
export interface ToolTurns {
  readonly name: string;
  readonly input: unknown;
  readonly answer: string;
}

/** A real client, bent to one form so that all of them are judged by the same cases. */
export interface Client {
  readonly format: ChatFormat;
  ask(question: Question): Promise<Told>;
  /** Asks with {@link TOOL}, sends {@link TOOL_RESULT} back, and reads the answer. */
  useTool(question: Question): Promise<ToolTurns>;
  /** Asks for JSON after {@link CITY_SCHEMA}, and gives the parsed value. */
  structured(question: Question): Promise<unknown>;
  /** Is this the error that the client knows for the status, with the status where the client keeps it? */
  knows(error: unknown, status: number): boolean;
  readonly countTokens?: (model: string, prompt: string) => Promise<number>;
  readonly models?: () => Promise<readonly string[]>;
  readonly embed?: (model: string, input: readonly string[]) => Promise<readonly (readonly number[])[]>;
}

/** Makes the client for a mount at `url`. */
export type MakeClient = (url: string) => Client;

/** The key that clients send to the gateway; it must never go upstream. */
export const CLIENTS_KEY = 'clients-own-key-51be20';

/** The tool that is offered. */
export const TOOL = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: {
    type: 'object' as const,
    properties: { city: { type: 'string' as const }, days: { type: 'integer' as const } },
    required: ['city', 'days'],
    additionalProperties: false as const,
  },
};

/** What the tool gives. */
export const TOOL_RESULT = 'Sunny with a light wind';

/** The schema of structured answers. */
export const CITY_SCHEMA = {
  type: 'object' as const,
  properties: { name: { type: 'string' as const }, people: { type: 'integer' as const } },
  required: ['name', 'people'],
  additionalProperties: false as const,
};

/** Enough for every answer of these cases, and for a reasoning budget. */
export const MAX_TOKENS = 4000;
export const REASONING_BUDGET = 2000;
