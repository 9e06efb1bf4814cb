import { ndjson } from '../../wire/framing.ts';
import type { Format, Received } from '../format.ts';
import { ollamaBody } from './body.ts';
import { ollamaError } from './errors.ts';
import { ollamaFrames } from './frames.ts';
import { ollamaEmbeddings, ollamaModels } from './lists.ts';
import { readOllama } from './read.ts';
import { refuseOllama } from './refuse.ts';

/** Ollama's own API: chats, generated texts, embeddings and the list of models. */
export const ollama: Format = {
  name: 'ollama',
  writesCache: false,
  key: keyOf,
  keyError: () => ollamaError('unauthenticated', {}),
  refuse: refuseOllama,
  read: readOllama,
  error: ollamaError,
  errorBody: (body) => body,
  contentType: 'application/json; charset=utf-8',
  headers: () => ({}),
  body: ollamaBody,
  frames: ollamaFrames,
  framing: (_, noisy) => ndjson(noisy),
  errorFrame: (kind) => ({
    role: 'other',
    tokens: 0,
    data: JSON.stringify(ollamaError(kind === 'overloaded' ? 'unavailable' : 'server', {}).body),
  }),
  other: (operation, saying, models) =>
    operation === 'models' ? ollamaModels(models, saying.created) : ollamaEmbeddings(saying),
};

/** A server of one's own asks for no key; ollama.com does. Source: https://docs.ollama.com/api/authentication */
function keyOf(received: Received): string {
  return /^Bearer\s+(\S.*)$/i.exec(received.headers.authorization ?? '')?.[1] ?? '';
}
