/** How the end of a session at the provider is told to its client. */
export interface ClientClose {
  /** Undefined: without a code, as the provider closed. */
  readonly code: number | undefined;
  /** The provider broke the session off: an error event is sent before. */
  readonly broken: boolean;
}

/** Codes that an endpoint may send. Source: RFC 6455, 7.4, and https://www.iana.org/assignments/websocket */
const isSendable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999);

/** The code that an end of a session is closed with when the other one was closed with `code`; undefined for none. */
export function sendableCode(code: number): number | undefined {
  if (code === 1005) return undefined;
  return isSendable(code) ? code : 1011;
}

/** What a client gets when its provider closed with `code`: what went wrong there is 1011, what may be tried again 1012. */
export function clientClose(code: number): ClientClose {
  if (code === 1001 || code === 1012) return { code: 1012, broken: true };
  if (code === 1006 || code === 1011) return { code: 1011, broken: true };
  return { code: sendableCode(code), broken: false };
}
