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
