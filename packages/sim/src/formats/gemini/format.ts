import { lettersAndDigits } from '../../kit/random.ts';
import { jsonArray, serverSentEvents } from '../../wire/framing.ts';
import type { Format, Received } from '../format.ts';
import { geminiBody } from './body.ts';
import { geminiEmbeddings } from './embeddings.ts';
import { geminiError, invalidKey, missingKey } from './errors.ts';
import { geminiFrames } from './frames.ts';
import { readGemini } from './read.ts';
import { refuseGemini } from './refuse.ts';

/** Gemini's generateContent, streamGenerateContent, countTokens, embeddings and list of models. */
export const gemini: Format = {
  name: 'gemini',
  writesCache: false,
  key: keyOf,
  keyError: (key) => (key === undefined ? missingKey() : invalidKey()),
  refuse: refuseGemini,
  read: readGemini,
  error: geminiError,
  // The answer to an unframed stream is an array, an error's too (recorded in google-gemini/gemini-cli#7410).
  errorBody: (body, received) => (isUnframed(received) ? [body] : body),
  contentType: 'application/json; charset=UTF-8',
  headers: (nonce) => ({
    'x-gemini-service-tier': 'standard',
    'server-timing': `gfet4t7; dur=${(lettersAndDigits(3, 'timing', nonce).charCodeAt(0) % 90) + 10}`,
  }),
  body: geminiBody,
  frames: geminiFrames,
  // Google ends the lines of its events with CRLF (js-genai src/_api_client.ts lists it as a delimiter).
  framing: (received, noisy) =>
    isUnframed(received) ? jsonArray() : serverSentEvents('text/event-stream', '\r\n', noisy),
  errorFrame: (kind) => ({
    role: 'other',
    tokens: 0,
    data: JSON.stringify(geminiError(kind === 'overloaded' ? 'unavailable' : 'server', {}).body),
  }),
  other(operation, saying, models) {
    if (operation === 'models') return modelList(models);
    return operation === 'embeddings' ? geminiEmbeddings(saying) : tokenCount(saying.ask.promptTokens);
  },
};

/** A stream without `alt=sse`: its answer is one JSON array. */
function isUnframed(received: Received): boolean {
  return received.path.endsWith(':streamGenerateContent') && received.query.get('alt') !== 'sse';
}

/** Source: https://ai.google.dev/gemini-api/docs/api-key (x-goog-api-key or `?key=`); a bearer token on Vertex AI. */
function keyOf(received: Received): string | undefined {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(received.headers.authorization ?? '')?.[1];
  const key = received.headers['x-goog-api-key'] ?? received.query.get('key') ?? bearer;
  return key === '' ? undefined : key;
}

/** Source: https://ai.google.dev/api/tokens#response-body. */
function tokenCount(totalTokens: number): unknown {
  return { totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] };
}

/** Source: https://ai.google.dev/api/models#method:-models.list. */
function modelList(models: readonly string[]): unknown {
  const supportedGenerationMethods = ['generateContent', 'countTokens', 'streamGenerateContent'];
  return {
    models: models.map((id) => ({
      name: `models/${id}`,
      version: '001',
      displayName: id,
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods,
    })),
  };
}
