/**
 * The wire format of Amazon Bedrock's Converse API, in both directions.
 * Sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and …/API_runtime_ConverseStream.html
 */

import type { Fault } from '../../chat/fault.ts';
import type { Adapter } from '../adapter.ts';
import { count, record } from '../shared/read.ts';
import { decoder } from './decoder.ts';
import { dialsOut } from './dials-out.ts';
import { encoder } from './encoder.ts';
import { inBandFault, isError, readFault } from './fault.ts';
import { forward } from './forward.ts';
import { isS3 } from './media.ts';
import { meter } from './meter.ts';
import { parse } from './parse.ts';
import { passes } from './passes.ts';
import { peek } from './peek.ts';
import { render, renderCount } from './render.ts';
import { parse as parseReply } from './reply-read.ts';
import { render as renderReply } from './reply-write.ts';
import { fault } from './server-fault.ts';
import { FORMAT, isObject } from './wire.ts';

/** The provider's count of a prompt's tokens. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html */
function parseCount(body: unknown): number | Fault {
  const tokens = isObject(body) ? count(body.inputTokens) : undefined;
  if (tokens === undefined && isObject(body) && isError(body)) return inBandFault(body);
  return tokens ?? { kind: 'invalid-response', message: 'The provider did not answer with a token count.' };
}

/** Amazon Bedrock's Converse API. Pure: what it needs comes by arguments. */
export const bedrockConverse: Adapter = {
  format: FORMAT,
  server: {
    peek,
    prompt: ['toolConfig', 'system', 'messages'],
    parse,
    render: renderReply,
    encoder,
    fault,
    count: (tokens) => ({ inputTokens: tokens }),
  },
  client: {
    framing: 'event-stream',
    render,
    // The API reads media out of its own store, and nothing else by its address. Other roles hold none, results no sound.
    needsBytes: ({ type, source }, role) =>
      source.kind === 'url' && !isS3(source.url) && (role === 'user' || (role === 'tool' && type !== 'audio')),
    passes,
    forward,
    bound: (fields, maxTokens) => [
      'inferenceConfig.maxTokens',
      { ...record(fields?.get('inferenceConfig')), maxTokens },
    ],
    parse: parseReply,
    decoder,
    meter,
    fault: readFault,
    count: { render: renderCount, parse: parseCount },
  },
  dialsOut,
};
