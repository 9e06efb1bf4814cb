import { geminiAnswer, geminiError } from './gemini-answer.ts';
import { geminiRequest } from './gemini-request.ts';
import { geminiBrokenStream, geminiStream } from './gemini-stream.ts';
import type { Reader } from './reader.ts';

/** Gemini's generateContent. */
export const gemini: Reader = {
  request: geminiRequest,
  answer: geminiAnswer,
  stream: geminiStream,
  error: geminiError,
  brokenStream: geminiBrokenStream,
  stops: {
    stop: 'STOP',
    'stop-sequence': 'STOP',
    length: 'MAX_TOKENS',
    tools: 'STOP',
    filtered: 'SAFETY',
    refusal: 'SAFETY',
  },
  // A refused prompt is a blocked one: https://ai.google.dev/api/generate-content#BlockReason
  tells: (stop) => (stop === 'stop-sequence' ? 'stop' : stop === 'refusal' ? 'filtered' : stop),
  tiers: { default: 'standard', priority: 'priority' },
  usageClasses: ['cacheRead', 'thinking'],
};
