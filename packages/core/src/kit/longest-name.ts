import { RequestError } from './errors.ts';

/** UTF-16 units of a model's name: no model has a longer one, and without a bound what is remembered by name had none. */
export const LONGEST_NAME = 300;

/** A name of a model that a request says. Throws RequestError `invalid_request` where it is too long for one; `param`: where it stands. */
export function nameWithin(name: string, param = 'model'): string {
  if (name.length <= LONGEST_NAME) return name;
  throw new RequestError('invalid_request', `A name of a model has at most ${LONGEST_NAME} characters.`, { param });
}
