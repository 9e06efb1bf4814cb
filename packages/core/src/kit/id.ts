/** Gives an unguessable lower-case hexadecimal string of so many random bytes; the platform's `randomId`. */
export type RandomId = (bytes: number) => string;

/** Random bytes in an id: 96 bits, so that a billion ids a day meet no twin in a human lifetime. */
const ID_BYTES = 12;

/** A fresh id: `prefix` and 24 hexadecimal digits. The prefix brings its own separator, as in `chatcmpl-`. */
export function newId(prefix: string, randomId: RandomId): string {
  return prefix + randomId(ID_BYTES);
}

/** The id of a request, as `x-postern-request-id` shows it: `req_` and 24 hexadecimal digits. */
export function requestId(randomId: RandomId): string {
  return newId('req_', randomId);
}
