import { RequestError } from '../../kit/errors.ts';
import { type Json, record } from '../shared/read.ts';

/** The error for a field of the wrong type. `param` is its path, such as `messages.2.content`. */
export function invalid(param: string, wants: string): RequestError {
  return new RequestError('invalid_request', `${param}: ${wants}`, { param });
}

/** A JSON object, or RequestError. */
export function needObject(value: unknown, param: string): Json {
  const object = record(value);
  if (object === undefined) throw invalid(param, 'must be an object');
  return object;
}

/** A string, or RequestError. */
export function needString(value: unknown, param: string): string {
  if (typeof value !== 'string') throw invalid(param, 'must be a string');
  return value;
}

/** A string that is not empty, or RequestError. */
export function needText(value: unknown, param: string): string {
  const text = needString(value, param);
  if (text === '') throw invalid(param, 'must not be empty');
  return text;
}

/** An array, or RequestError. */
export function needArray(value: unknown, param: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(param, 'must be an array');
  return value;
}
