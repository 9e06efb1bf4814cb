import type { ToolCallPart } from '../../chat/parts.ts';
import { isBlank, type Json, parsedOr, record } from './read.ts';

/**
 * The input of a call where it must be an object. A model may have written broken JSON, or JSON of another kind: then its text stands as
 * `{ "_raw": … }`, which `report` hears of, so that the history keeps what was said.
 */
export function callInput(part: ToolCallPart, report: () => void): Json {
  if (part.custom === true) return { input: part.input };
  if (isBlank(part.input)) return {};
  const value = record(parsedOr(part.input, undefined));
  if (value !== undefined) return value;
  report();
  return { _raw: part.input };
}
