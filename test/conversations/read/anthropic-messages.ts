import { anthropicAnswer, anthropicError } from './anthropic-answer.ts';
import { anthropicRequest } from './anthropic-request.ts';
import { anthropicBrokenStream, anthropicStream } from './anthropic-stream.ts';
import type { Reader } from './reader.ts';

/** Anthropic's messages. */
export const anthropicMessages: Reader = {
  request: anthropicRequest,
  answer: anthropicAnswer,
  stream: anthropicStream,
  error: anthropicError,
  brokenStream: anthropicBrokenStream,
  stops: {
    stop: 'end_turn',
    'stop-sequence': 'stop_sequence',
    length: 'max_tokens',
    tools: 'tool_use',
    filtered: 'refusal',
    refusal: 'refusal',
  },
  // Classifiers that step in end an answer as a refusal: https://docs.claude.com/en/docs/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals
  tells: (stop) => (stop === 'filtered' ? 'refusal' : stop),
  tiers: { default: 'standard', priority: 'priority' },
  usageClasses: ['cacheRead', 'cacheWrite', 'thinking'],
};
