import type { Frame } from '../../wire/frame.ts';
import type { Format } from '../format.ts';
import { openAiError } from '../openai/errors.ts';
import { openAiChat } from '../openai/format.ts';
import { responsesBody } from './body.ts';
import { responsesFrames } from './frames.ts';
import { readResponses } from './read.ts';
import { refuseResponses } from './refuse.ts';

/** OpenAI Responses and its count of input tokens; keys, errors and headers are those of the vendor's other APIs. */
export const openAiResponses: Format = {
  ...openAiChat,
  name: 'openai-responses',
  refuse: refuseResponses,
  read: readResponses,
  body: responsesBody,
  frames: responsesFrames,
  errorFrame: inBand,
  // Source: openai-openapi `TokenCountsResource`.
  other: (_, saying) => ({ object: 'response.input_tokens', input_tokens: saying.ask.promptTokens }),
};

/** As it comes on the wire: the error stands in a member of its own. Source: https://platform.openai.com/docs/api-reference/responses-streaming/error. */
function inBand(kind: 'overloaded' | 'server'): Frame {
  const { body } = openAiError(kind, {});
  const { error } = body as { error: { code: string | null; type: string } };
  const told = { ...error, code: error.code ?? error.type };
  return {
    role: 'other',
    event: 'error',
    tokens: 0,
    data: JSON.stringify({ type: 'error', sequence_number: 0, error: told }),
  };
}
