import type { ChatFormat } from '../../kit/formats.ts';
import type { Json } from '../read/json.ts';
import { anthropicClient } from './anthropic-messages.ts';
import { bedrockClient } from './bedrock-converse.ts';
import { cohereClient } from './cohere.ts';
import { geminiClient } from './gemini.ts';
import { ollamaClient } from './ollama.ts';
import { openAiClient } from './openai-chat.ts';
import { responsesClient } from './openai-responses.ts';

/** `echoing`: sends every answer back as it came. `minimal`: keeps only role, content and calls of tools. */
export type Habit = 'echoing' | 'minimal';

/** A call that the client has to run. */
export interface Called {
  readonly id: string | undefined;
  readonly name: string;
}

/** A client of one format with its history, as agents written for that format keep it. */
export interface Client {
  /** The next request, without model and stream: thinking asked for, two tools offered. */
  body(): object;
  say(text: string): void;
  /** Keeps a whole answer (of a stream: what the SDK made of it) by its habit; gives the calls in it. */
  keep(answer: Json): readonly Called[];
  /** Keeps what came of calls. */
  report(calls: readonly Called[], outcome: string): void;
}

/** A fresh client. */
export function clientOf(format: ChatFormat, habit: Habit): Client {
  if (format === 'cohere') return cohereClient(habit);
  if (format === 'openai-chat') return openAiClient(habit);
  if (format === 'ollama') return ollamaClient(habit);
  if (format === 'bedrock-converse') return bedrockClient(habit);
  if (format === 'openai-responses') return responsesClient(habit);
  return format === 'anthropic-messages' ? anthropicClient(habit) : geminiClient(habit);
}
