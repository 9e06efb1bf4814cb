import { RequestError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { isObject } from './wire.ts';

/** The error for a field of the wrong type. `param` is its path, such as `messages.2.content`. */
export function invalid(param: string, wants: string): RequestError {
  return new RequestError('invalid_request', `${param}: ${wants}`, { param });
}

/** A JSON object, or RequestError. */
export function needObject(value: unknown, param: string): Json {
  if (!isObject(value)) throw invalid(param, 'must be an object');
  return value;
}

/** A string, or RequestError. */
export function needString(value: unknown, param: string): string {
  if (typeof value !== 'string') throw invalid(param, 'must be a string');
  return value;
}

/** An array, or RequestError. */
export function needArray(value: unknown, param: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(param, 'must be an array');
  return value;
}

/** Members that a block of this type can't do without; the rest is the provider's to judge. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  tool_use: ['id', 'name'],
  tool_result: ['tool_use_id'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
};

/** A content block of a request, checked as far as translation rests on it. */
export function needBlock(value: unknown, param: string): Json {
  const block = needObject(value, param);
  const type = needString(block.type, `${param}.type`);
  const needs = Object.hasOwn(NEEDS, type) ? (NEEDS[type] ?? []) : [];
  for (const member of needs) needString(block[member], `${param}.${member}`);
  if (type === 'tool_result' && Array.isArray(block.content)) {
    for (const [index, piece] of block.content.entries()) needBlock(piece, `${param}.content.${index}`);
  }
  return block;
}
