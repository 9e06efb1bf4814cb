import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Peek } from '../adapter.ts';
import { count } from './read.ts';

/** What all operations rest on. Throws RequestError `invalid_request` with `param`. */
export function peekModel(fields: Fields): Peek {
  const model = fields.get('model');
  if (typeof model !== 'string' || model === '')
    throw new RequestError('invalid_request', "'model' must be the name of a model.", { param: 'model' });
  return { model, stream: false };
}

/** The same of an operation that streams and gives several answers. Forms spell everything as text. */
export function peekStream(fields: Fields): Peek {
  const stream = fields.get('stream');
  const n = fields.get('n');
  const asked = count(typeof n === 'string' ? Number(n) : n);
  return {
    ...peekModel(fields),
    stream: stream === true || stream === 'true',
    ...(asked === undefined ? {} : { n: asked }),
  };
}

/** Throws RequestError `invalid_request` when a text that the operation is about is missing. */
export function needText(fields: Fields, name: string): void {
  const value = fields.get(name);
  if (typeof value !== 'string' || value === '')
    throw new RequestError('invalid_request', `'${name}' must be a text that is not empty.`, { param: name });
}
