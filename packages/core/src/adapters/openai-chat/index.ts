import type { Adapter } from '../adapter.ts';
import { openaiEndUser as endUser } from '../shared/end-user.ts';
import { openaiSession as session } from '../shared/session.ts';
import { parse as parseReply } from './client-parse.ts';
import { boundName, render as renderRequest } from './client-render.ts';
import { decoder } from './decoder.ts';
import { dialsOut } from './dials-out.ts';
import { embeddings } from './embeddings.ts';
import { encoder } from './encoder.ts';
import { fault as readFault } from './fault.ts';
import { forward } from './forward.ts';
import { imageEdits, imageVariations } from './image-edits.ts';
import { images } from './images.ts';
import { meter } from './meter.ts';
import { model, models } from './models.ts';
import { moderations } from './moderations.ts';
import { passes } from './passes.ts';
import { peek } from './peek.ts';
import { quota } from './quota.ts';
import { needsBytes } from './render-content.ts';
import { fault } from './server-fault.ts';
import { parse } from './server-parse.ts';
import { render } from './server-render.ts';
import { speech } from './speech.ts';
import { transcriptions, translations } from './transcripts.ts';
import { FORMAT } from './wire.ts';

/**
 * OpenAI's chat completions API, both as a client speaks it to the gateway and as the gateway speaks it to OpenAI and to the many
 * APIs that are compatible with it. Source: https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: Adapter = {
  format: FORMAT,
  server: {
    peek,
    endUser,
    session,
    prompt: ['tools', 'messages'],
    parse,
    render,
    encoder,
    fault,
    quota,
    models,
    model,
  },
  client: {
    framing: 'sse',
    render: renderRequest,
    // Media of earlier answers are never sent back.
    needsBytes: (part, role, target) => role !== 'assistant' && needsBytes(part, target.row),
    passes,
    forward,
    bound: (_fields, tokens, { row }, exchange) => [boundName(row, exchange), tokens],
    parse: parseReply,
    decoder,
    meter,
    fault: readFault,
  },
  dialsOut,
  operations: {
    embeddings,
    moderations,
    images,
    'image-edits': imageEdits,
    'image-variations': imageVariations,
    speech,
    transcriptions,
    translations,
  },
};
