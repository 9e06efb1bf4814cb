import { ollamaAnswer, ollamaError } from './ollama-answer.ts';
import { ollamaRequest } from './ollama-request.ts';
import { ollamaBrokenStream, ollamaStream } from './ollama-stream.ts';
import type { Reader } from './reader.ts';

/** Ollama's chat. */
export const ollama: Reader = {
  request: ollamaRequest,
  answer: ollamaAnswer,
  stream: ollamaStream,
  error: ollamaError,
  brokenStream: ollamaBrokenStream,
  // The API's own words are `stop` and `length`; what was withheld must not look finished.
  stops: {
    stop: 'stop',
    'stop-sequence': 'stop',
    length: 'length',
    tools: 'stop',
    filtered: 'content_filter',
    refusal: 'content_filter',
  },
  tells: (stop) => (stop === 'length' || stop === 'tools' ? stop : 'stop'),
  tiers: { default: 'none', priority: 'none' },
  usageClasses: [],
};
