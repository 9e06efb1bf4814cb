import type { GatewayRequest } from '@postern/core';
import type { Identity } from './router/access.ts';

const LEAST = 32;
/** Different characters that a secret has at least: 32 random ones, even of 16 digits, have more. */
const LEAST_DIFFERENT = 8;

/**
 * An `authorize` for programs: whoever presents the secret as a bearer is this identity.
 * @throws TypeError for a secret of less than 32 characters, or one that is no random text
 */
export function bearerSecret(
  secret: string | undefined,
  identity: Identity,
): (request: Pick<GatewayRequest, 'header'>) => Promise<Identity | undefined> {
  if (typeof secret !== 'string' || secret.trim().length < LEAST || new Set(secret).size < LEAST_DIFFERENT)
    throw new TypeError(
      `The secret of the admin API is missing or weak; make one of at least ${LEAST} random characters, such as by openssl rand -hex 32.`,
    );
  const expected = digestOf(secret);
  return async (request) => {
    const [, given] = /^bearer +(.+)$/i.exec(request.header('authorization') ?? '') ?? [];
    if (given === undefined) return undefined;
    const [one, other] = await Promise.all([expected, digestOf(given.trim())]);
    return isSame(one, other) ? identity : undefined;
  };
}

/** Of equal length whatever was sent, so that comparing them tells nothing of the secret. */
async function digestOf(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0);
  return difference === 0;
}
