/**
 * OpenAI's Responses API, both as a client speaks it to the gateway and as the gateway speaks it to OpenAI and to the APIs that are compatible with it.
 * Sources: https://platform.openai.com/docs/api-reference/responses, …/responses-streaming, https://www.openresponses.org/specification
 */

import type { Fault } from '../../chat/fault.ts';
import type { Adapter } from '../adapter.ts';
import { fault as readFault } from '../openai-chat/fault.ts';
import { quota } from '../openai-chat/quota.ts';
import { openaiEndUser as endUser } from '../shared/end-user.ts';
import { count, record } from '../shared/read.ts';
import { openaiSession as session } from '../shared/session.ts';
import { parse as parseReply } from './client-parse.ts';
import { renderCount, render as renderRequest } from './client-render.ts';
import { compact } from './compact.ts';
import { decoder } from './decoder.ts';
import { dialsOut } from './dials-out.ts';
import { echo } from './echo.ts';
import { encoder } from './encoder.ts';
import { noResponse } from './fault.ts';
import { forward } from './forward.ts';
import { needsOwn } from './keeps.ts';
import { meter } from './meter.ts';
import { passes } from './passes.ts';
import { peek } from './peek.ts';
import { fault } from './server-fault.ts';
import { parse } from './server-parse.ts';
import { render } from './server-render.ts';
import { FORMAT } from './wire.ts';

/** The provider's count. Source: https://platform.openai.com/docs/api-reference/responses/input-tokens */
function parseCount(body: unknown): number | Fault {
  const tokens = count(record(body)?.input_tokens);
  return (
    tokens ??
    noResponse(body) ?? { kind: 'invalid-response', message: 'The provider did not answer with a token count.' }
  );
}

/** The Responses API. Pure: what it needs comes by arguments. */
export const openaiResponses: Adapter = {
  format: FORMAT,
  server: {
    peek,
    endUser,
    session,
    prompt: ['tools', 'instructions', 'input'],
    parse,
    echo,
    needsOwn,
    render,
    encoder,
    fault,
    quota,
    count: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
  },
  client: {
    framing: 'sse',
    render: renderRequest,
    passes,
    forward,
    bound: (_fields, tokens) => ['max_output_tokens', tokens],
    parse: parseReply,
    decoder,
    meter,
    fault: readFault,
    count: { render: renderCount, parse: parseCount },
  },
  dialsOut,
  operations: { compact },
};
