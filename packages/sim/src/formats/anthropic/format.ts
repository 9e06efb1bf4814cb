import { lettersAndDigits } from '../../kit/random.ts';
import { serverSentEvents } from '../../wire/framing.ts';
import type { Format, Received } from '../format.ts';
import { anthropicBody } from './body.ts';
import { anthropicError } from './errors.ts';
import { anthropicFrames } from './frames.ts';
import { readAnthropic } from './read.ts';
import { refuseAnthropic } from './refuse.ts';

/** Anthropic Messages, with count_tokens and the list of models. */
export const anthropicMessages: Format = {
  name: 'anthropic-messages',
  writesCache: true,
  key: keyOf,
  // Source: the answers of api.anthropic.com without and with a wrong key.
  keyError: (key) =>
    anthropicError('unauthenticated', key === undefined ? { message: 'x-api-key header is required' } : {}),
  refuse: refuseAnthropic,
  read: readAnthropic,
  error: anthropicError,
  errorBody: (body) => body,
  contentType: 'application/json',
  // Source: https://docs.anthropic.com/en/api/errors#request-id.
  headers: (nonce) => ({ 'request-id': `req_011${lettersAndDigits(21, 'request', nonce)}` }),
  body: anthropicBody,
  frames: anthropicFrames,
  framing: (_, noisy) => serverSentEvents('text/event-stream; charset=utf-8', '\n', noisy),
  errorFrame: (kind) => inBand(kind),
  // Sources: `MessageTokensCount`; https://docs.anthropic.com/en/api/models-list.
  other: (operation, saying, models) =>
    operation === 'models' ? modelList(models) : { input_tokens: saying.ask.promptTokens },
};

/** Source: https://docs.anthropic.com/en/api/overview (x-api-key); a bearer token is taken too (OAuth). */
function keyOf(received: Received): string | undefined {
  const key = received.headers['x-api-key'] ?? /^Bearer\s+(\S.*)$/i.exec(received.headers.authorization ?? '')?.[1];
  return key === '' ? undefined : key;
}

/** Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming#error-events. */
function inBand(kind: 'overloaded' | 'server') {
  const { body } = anthropicError(kind, {});
  const { error } = body as { error: { type: string; message: string } };
  return {
    role: 'other',
    event: 'error',
    tokens: 0,
    data: JSON.stringify({ type: 'error', error: { details: null, ...error } }),
  } as const;
}

function modelList(models: readonly string[]): unknown {
  const data = models.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }));
  return { data, has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
}
