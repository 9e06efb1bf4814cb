import { type Json, record, string } from '../shared/read.ts';

/**
 * The text of a choice or of its piece. APIs that fill in the middle answer in the form of a chat: its message, or delta, is the text.
 * Source: https://docs.mistral.ai/api/endpoint/fim
 */
export function textOf(choice: Json): string | undefined {
  return (
    string(choice['text']) ??
    string(record(choice['message'])?.['content']) ??
    string(record(choice['delta'])?.['content'])
  );
}

/** The choice as this format has it; the very same where it is so already. */
function normal(choice: unknown): unknown {
  const body = record(choice);
  if (body === undefined || typeof body['text'] === 'string') return choice;
  const { message: _, delta: __, ...rest } = body;
  return { ...rest, text: textOf(body) ?? '', logprobs: body['logprobs'] ?? null };
}

/** The answer or chunk with its choices in this format; undefined where nothing has to change. */
export function repaired(body: Json): Json | undefined {
  const choices = Array.isArray(body['choices']) ? (body['choices'] as readonly unknown[]) : [];
  const fixed = choices.map(normal);
  const isSame = fixed.every((choice, index) => choice === choices[index]);
  return isSame ? undefined : { ...body, object: 'text_completion', choices: fixed };
}
