import type { Reader } from './reader.ts';
import { responsesAnswer, responsesError } from './responses-answer.ts';
import { responsesRequest } from './responses-request.ts';
import { responsesBrokenStream, responsesStream } from './responses-stream.ts';

/** OpenAI's Responses. */
export const openAiResponses: Reader = {
  request: responsesRequest,
  answer: responsesAnswer,
  stream: responsesStream,
  error: responsesError,
  brokenStream: responsesBrokenStream,
  // A call or a refusal in words is a complete response: https://platform.openai.com/docs/guides/structured-outputs#refusals
  stops: {
    stop: 'completed',
    'stop-sequence': 'completed',
    length: 'incomplete: max_output_tokens',
    tools: 'completed',
    filtered: 'incomplete: content_filter',
    refusal: 'completed',
  },
  tells: (stop) => (stop === 'stop-sequence' ? 'stop' : stop),
  tiers: { default: 'default', priority: 'priority' },
  usageClasses: ['cacheRead', 'thinking'],
};
