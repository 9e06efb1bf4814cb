import { openAiAnswer, openAiError } from './openai-answer.ts';
import { openAiRequest } from './openai-request.ts';
import { openAiBrokenStream, openAiStream } from './openai-stream.ts';
import type { Reader } from './reader.ts';

/** OpenAI's chat completions. */
export const openAiChat: Reader = {
  request: openAiRequest,
  answer: openAiAnswer,
  stream: openAiStream,
  error: openAiError,
  brokenStream: openAiBrokenStream,
  // A refusal in words ends with `stop`: https://platform.openai.com/docs/guides/structured-outputs#refusals
  stops: {
    stop: 'stop',
    'stop-sequence': 'stop',
    length: 'length',
    tools: 'tool_calls',
    filtered: 'content_filter',
    refusal: 'stop',
  },
  tells: (stop) => (stop === 'stop-sequence' ? 'stop' : stop),
  tiers: { default: 'default', priority: 'priority' },
  usageClasses: ['cacheRead', 'thinking'],
};
