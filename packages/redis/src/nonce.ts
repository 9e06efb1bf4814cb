import { randomBytes } from 'node:crypto';

/** Makes texts that no process makes twice, so that a script that is sent twice can tell, and a version does not come back. */
export function nonces(): () => string {
  const origin = randomBytes(12).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${origin}.${count.toString(36)}`;
  };
}
