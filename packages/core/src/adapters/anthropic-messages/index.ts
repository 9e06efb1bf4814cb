/**
 * The wire format of Anthropic's Messages API, in both directions.
 * Sources: https://platform.claude.com/docs/en/api/messages and, for the stream, https://platform.claude.com/docs/en/build-with-claude/streaming
 */

import type { Fault } from '../../chat/fault.ts';
import type { Adapter } from '../adapter.ts';
import { anthropicEndUser as endUser } from '../shared/end-user.ts';
import { count } from '../shared/read.ts';
import { parse as parseAnswer } from './client-parse.ts';
import { renderCount, render as renderRequest } from './client-render.ts';
import { decoder } from './decoder.ts';
import { dialsOut } from './dials-out.ts';
import { encoder } from './encoder.ts';
import { inBandFault, isError, readFault } from './fault.ts';
import { forward } from './forward.ts';
import { isRemoteText } from './media.ts';
import { meter } from './meter.ts';
import { passes } from './passes.ts';
import { quota } from './quota.ts';
import { fault } from './server-fault.ts';
import { model, models } from './server-models.ts';
import { parse } from './server-parse.ts';
import { peek } from './server-peek.ts';
import { render } from './server-render.ts';
import { FORMAT, isObject } from './wire.ts';

/** The provider's count of a prompt's tokens. Source: https://platform.claude.com/docs/en/api/messages/count_tokens */
function parseCount(body: unknown): number | Fault {
  if (isObject(body) && isError(body)) return inBandFault(body);
  const tokens = isObject(body) ? count(body.input_tokens) : undefined;
  return tokens ?? { kind: 'invalid-response', message: 'The provider did not answer with a token count.' };
}

/** Anthropic's Messages API. Pure: what it needs comes by arguments. */
export const anthropicMessages: Adapter = {
  format: FORMAT,
  server: {
    peek,
    endUser,
    // Source of the order: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
    prompt: ['tools', 'system', 'messages'],
    parse,
    render,
    encoder,
    fault,
    quota,
    count: (tokens) => ({ input_tokens: tokens }),
    models,
    model,
  },
  client: {
    framing: 'sse',
    render: renderRequest,
    // Other roles hold no documents.
    needsBytes: ({ type, source }, role) =>
      type === 'file' && (role === 'user' || role === 'tool') && isRemoteText(source),
    passes,
    forward,
    // A 0 answers nothing: it fills the cache.
    bound: (fields, tokens) => (fields?.get('max_tokens') === 0 ? undefined : ['max_tokens', tokens]),
    parse: parseAnswer,
    decoder,
    meter,
    fault: readFault,
    count: { render: renderCount, parse: parseCount },
  },
  dialsOut,
};
