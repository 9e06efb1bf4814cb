import { bedrockAnswer, bedrockError } from './bedrock-answer.ts';
import { bedrockRequest } from './bedrock-request.ts';
import { bedrockBrokenStream, bedrockStream } from './bedrock-stream.ts';
import type { Reader } from './reader.ts';

/** Amazon Bedrock's Converse. */
export const bedrockConverse: Reader = {
  request: bedrockRequest,
  answer: bedrockAnswer,
  stream: bedrockStream,
  error: bedrockError,
  brokenStream: bedrockBrokenStream,
  stops: {
    stop: 'end_turn',
    'stop-sequence': 'stop_sequence',
    length: 'max_tokens',
    tools: 'tool_use',
    filtered: 'content_filtered',
    refusal: 'content_filtered',
  },
  // It has one word for whoever stepped in.
  tells: (stop) => (stop === 'refusal' ? 'filtered' : stop),
  tiers: { default: 'default', priority: 'priority' },
  usageClasses: ['cacheRead', 'cacheWrite'],
};
