import type { ChatReply } from '../chat/reply.ts';
import type { LineExchange } from '../line/exchange.ts';
import type { ChatResult } from './answers.ts';
import { isStandardSchema } from './chat-options.ts';
import type { StandardIssue, ToolCall, ToolSet } from './tools.ts';

/** Reads an answer for a program. */
export async function resultOf<Tools extends ToolSet>(
  exchange: LineExchange,
  reply: ChatReply,
  tools: Tools | undefined,
): Promise<ChatResult<Tools>> {
  const choice = reply.choices[0];
  const parts = choice?.content ?? [];
  const toolCalls: ToolCall<Tools>[] = [];
  for (const part of parts) {
    if (part.type === 'tool-call') toolCalls.push(await toolCallOf(part.callId, part.name, part.input, tools));
  }
  return {
    id: exchange.id,
    text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    reasoning: parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    toolCalls,
    stopReason: choice?.stopReason ?? 'other',
    usage: reply.usage,
    attempts: exchange.attempts,
    dropped: exchange.dropped,
    inserted: exchange.inserted,
    reply,
  };
}

async function toolCallOf<Tools extends ToolSet>(
  id: string,
  name: string,
  text: string,
  tools: Tools | undefined,
): Promise<ToolCall<Tools>> {
  const read = await inputOf(text, tools !== undefined && Object.hasOwn(tools, name) ? tools[name]?.input : undefined);
  return { id, name, text, ...read } as ToolCall<Tools>;
}

async function inputOf(text: string, schema: ToolSet[string]['input']): Promise<{ input: unknown; problem?: string }> {
  let input: unknown;
  try {
    input = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return { input: undefined, problem: 'the model wrote broken JSON' };
  }
  if (schema === undefined || !isStandardSchema(schema)) return { input };
  try {
    const checked = await schema['~standard'].validate(input);
    if (checked.issues === undefined) return { input: checked.value };
    return { input: undefined, problem: checked.issues.map(textOf).join('; ') };
  } catch (error) {
    // The answer is paid for: a transform or refinement that throws must not lose the rest of it.
    return {
      input: undefined,
      problem: `the schema failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function textOf({ message, path = [] }: StandardIssue): string {
  const where = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');
  return where === '' ? message : `${where}: ${message}`;
}
