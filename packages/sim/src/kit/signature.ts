import { createHmac } from 'node:crypto';

const NONCE_BYTES = 12;
const MAC_BYTES = 36;

/** Makes and checks the opaque signatures that reasoning carries; a sim with another seed is a stranger. */
export interface Signer {
  /** A base64 signature of `content` for one `purpose`; `nonce` makes equal contents of two calls differ. */
  sign(purpose: string, content: string, nonce: string): string;
  /** Is this, byte for byte, a signature that {@link Signer.sign} gave for this content? */
  verify(purpose: string, content: string, signature: string): boolean;
}

/** A signer whose key is the seed. */
export function createSigner(seed: string | number): Signer {
  const key = `postern-sim:${seed}`;
  return {
    sign: (purpose, content, nonce) => seal(key, purpose, content, mac(key, nonce).subarray(0, NONCE_BYTES)),
    verify(purpose, content, signature) {
      const nonce = Buffer.from(signature, 'base64').subarray(0, NONCE_BYTES);
      // Made again and compared as text: another spelling of the same bytes (base64url, no padding) is not byte-exact.
      return nonce.length === NONCE_BYTES && seal(key, purpose, content, nonce) === signature;
    },
  };
}

function seal(key: string, purpose: string, content: string, nonce: Buffer): string {
  const first = mac(key, `${purpose}\0${nonce.toString('hex')}\0${content}`);
  const second = mac(key, first.toString('hex'));
  return Buffer.concat([nonce, Buffer.concat([first, second]).subarray(0, MAC_BYTES)]).toString('base64');
}

function mac(key: string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
