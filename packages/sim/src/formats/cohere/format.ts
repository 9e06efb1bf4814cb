import { lettersAndDigits } from '../../kit/random.ts';
import { serverSentEvents } from '../../wire/framing.ts';
import type { Format, Received } from '../format.ts';
import { cohereBody } from './body.ts';
import { cohereError } from './errors.ts';
import { cohereFrames } from './frames.ts';
import { cohereOther } from './other.ts';
import { readCohere } from './read.ts';
import { refuseCohere } from './refuse.ts';

/** Cohere's API: chat (v2), embed, rerank. */
export const cohere: Format = {
  name: 'cohere',
  writesCache: false,
  key: keyOf,
  keyError: (key) => cohereError('unauthenticated', key === undefined ? { message: 'no api key supplied' } : {}),
  refuse: refuseCohere,
  read: readCohere,
  error: cohereError,
  errorBody: (body) => body,
  contentType: 'application/json',
  headers: (nonce) => ({ 'x-debug-trace-id': lettersAndDigits(32, 'request', nonce) }),
  body: cohereBody,
  frames: cohereFrames,
  framing: (_, noisy) => serverSentEvents('text/event-stream', '\n', noisy),
  errorFrame: (kind) => inBand(kind),
  other: cohereOther,
};

/** Source: https://docs.cohere.com/reference/about (Authorization: BEARER) */
function keyOf(received: Received): string | undefined {
  const key = /^Bearer\s+(\S.*)$/i.exec(received.headers.authorization ?? '')?.[1];
  return key === '' ? undefined : key;
}

/** A stream that failed ends with its last event, which says so. Source: https://docs.cohere.com/reference/chat-stream (message-end, delta.error) */
function inBand(kind: 'overloaded' | 'server') {
  const { message } = cohereError(kind, {}).body as { message: string };
  const data = { type: 'message-end', delta: { error: message, finish_reason: 'ERROR' } };
  return { role: 'other', event: 'message-end', tokens: 0, data: JSON.stringify(data) } as const;
}
