/**
 * What browsers, which can't set headers on a WebSocket, put into `sec-websocket-protocol`: the protocol, then their key and the like.
 * Source: https://platform.openai.com/docs/guides/realtime-websocket and https://docs.x.ai/developers/model-capabilities/audio/ephemeral-tokens
 */
const KEYS = ['openai-insecure-api-key.', 'xai-client-secret.'];
const BETA = 'openai-beta.realtime-v1';
const SESSION = 'realtime';

/** The subprotocols that a client offers, in its order. */
export function offeredProtocols(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The key that a client put among its subprotocols; for us, and never sent on. */
export function keyIn(protocols: readonly string[]): string | undefined {
  for (const name of protocols) {
    const prefix = KEYS.find((start) => name.startsWith(start));
    if (prefix !== undefined && name.length > prefix.length) return name.slice(prefix.length);
  }
  return undefined;
}

/** The subprotocol to agree on. One that carries a key or other settings is never echoed; undefined: none is left. */
export function agreedProtocol(protocols: readonly string[]): string | undefined {
  return protocols.includes(SESSION) ? SESSION : protocols.find((name) => !name.includes('.'));
}

/** Does the client speak the form that came before the general release? By header or subprotocol. */
export function isBeta(protocols: readonly string[], header: string | undefined): boolean {
  return protocols.includes(BETA) || header?.includes('realtime=v1') === true;
}
