import type { Adapter } from '../adapter.ts';
import { dialsOut } from '../openai-chat/dials-out.ts';
import { fault as readFault } from '../openai-chat/fault.ts';
import { model, models } from '../openai-chat/models.ts';
import { quota } from '../openai-chat/quota.ts';
import { fault } from '../openai-chat/server-fault.ts';
import { openaiEndUser as endUser } from '../shared/end-user.ts';
import { parse as parseReply } from './client-parse.ts';
import { render as renderRequest } from './client-render.ts';
import { decoder } from './decoder.ts';
import { encoder } from './encoder.ts';
import { forward } from './forward.ts';
import { meter } from './meter.ts';
import { bound, peek } from './peek.ts';
import { parse } from './server-parse.ts';
import { render } from './server-render.ts';
import { FORMAT } from './wire.ts';

/**
 * OpenAI's older completions API: a text goes on. Its clients reach models that complete text as they are, and chat models with their prompt as the
 * message of a user. Source: https://platform.openai.com/docs/api-reference/completions
 */
export const openaiCompletions: Adapter = {
  format: FORMAT,
  server: { peek, endUser, parse, render, encoder, fault, quota, models, model },
  client: {
    framing: 'sse',
    render: renderRequest,
    forward,
    bound,
    parse: parseReply,
    decoder,
    meter,
    fault: readFault,
  },
  dialsOut,
};
