import { lettersAndDigits } from '../../kit/random.ts';
import { serverSentEvents } from '../../wire/framing.ts';
import type { Format, Received } from '../format.ts';
import { isAzureDeployment, openAiBody } from './body.ts';
import { openAiEmbeddings } from './embeddings.ts';
import { azureDenied, missingKey, openAiError } from './errors.ts';
import { openAiFrames } from './frames.ts';
import { openAiMedia } from './media.ts';
import { openAiModels } from './models.ts';
import { readOpenAi } from './read.ts';
import { refuseOpenAi } from './refuse.ts';

/** OpenAI chat completions, embeddings and models, with Azure's paths. */
export const openAiChat: Format = {
  name: 'openai-chat',
  writesCache: false,
  key: keyOf,
  keyError(key, received) {
    if (received.path.includes('/openai/')) return azureDenied();
    return key === undefined ? missingKey() : openAiError('unauthenticated', {});
  },
  refuse: refuseOpenAi,
  read: readOpenAi,
  error: openAiError,
  errorBody: (body) => body,
  contentType: 'application/json',
  headers: (nonce) => ({
    'x-request-id': `req_${lettersAndDigits(32, 'request', nonce).toLowerCase()}`,
    'openai-version': '2020-10-01',
    'openai-processing-ms': '12',
  }),
  body: openAiBody,
  frames: openAiFrames,
  framing: (_, noisy) => serverSentEvents('text/event-stream; charset=utf-8', '\n', noisy),
  errorFrame: (kind) => ({ role: 'other', tokens: 0, data: JSON.stringify(inBand(kind)) }),
  media: openAiMedia,
  other: (operation, saying, models) =>
    operation === 'models' ? openAiModels(models, saying.created) : openAiEmbeddings(saying),
};

/** Source: https://platform.openai.com/docs/api-reference/authentication; Azure takes `api-key` or a bearer token. */
function keyOf(received: Received): string | undefined {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(received.headers.authorization ?? '')?.[1];
  const azure =
    isAzureDeployment(received) || received.path.includes('/openai/v1/') ? received.headers['api-key'] : undefined;
  return bearer ?? (azure === '' ? undefined : azure);
}

/**
 * An error in the middle of a stream is one more `data:` with `error`; openai-node (src/core/streaming.ts) throws on it.
 * OpenAI's own says no status, hosts of compatible servers put theirs in `code` as a number (vLLM `ErrorInfo.code`).
 */
function inBand(kind: 'overloaded' | 'server'): unknown {
  const { status, body } = openAiError(kind, {});
  const error = (body as { error: object }).error;
  return { error: { ...error, code: kind === 'overloaded' ? status : null } };
}
