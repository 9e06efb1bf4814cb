import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ConfigError } from '@postern/core';

/** @throws ConfigError when this is no private key in PEM; the message holds nothing of it */
export function privateKeyOf({ privateKey, passphrase }: { privateKey: string; passphrase?: string }): KeyObject {
  try {
    return createPrivateKey({ key: privateKey, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw new ConfigError('credentials.privateKey', 'is no private key in PEM, or its passphrase does not fit.');
  }
}
