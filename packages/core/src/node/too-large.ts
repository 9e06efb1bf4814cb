import { RequestError } from '../kit/errors.ts';

/** The refusal of a body beyond the cap. */
export const tooLarge = (maxBytes: number): RequestError =>
  new RequestError('body_too_large', `The body is larger than ${maxBytes} bytes.`);
