import { cohereAnswer, cohereError } from './cohere-answer.ts';
import { cohereRequest } from './cohere-request.ts';
import { cohereBrokenStream, cohereStream } from './cohere-stream.ts';
import type { Reader } from './reader.ts';

/** Cohere's chat, version 2. */
export const cohere: Reader = {
  request: cohereRequest,
  answer: cohereAnswer,
  stream: cohereStream,
  error: cohereError,
  brokenStream: cohereBrokenStream,
  stops: {
    stop: 'COMPLETE',
    'stop-sequence': 'STOP_SEQUENCE',
    length: 'MAX_TOKENS',
    tools: 'TOOL_CALL',
    filtered: 'ERROR_TOXIC',
    refusal: 'COMPLETE',
  },
  // A refusal is words like any others.
  tells: (stop) => (stop === 'refusal' ? 'stop' : stop),
  // Answers name no tiers.
  tiers: { default: '', priority: '' },
  usageClasses: [],
};
