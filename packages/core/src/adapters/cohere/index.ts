import type { Adapter } from '../adapter.ts';
import { parse as parseAnswer } from './client-parse.ts';
import { render as renderRequest } from './client-render.ts';
import { decoder } from './decoder.ts';
import { dialsOut } from './dials-out.ts';
import { isRemoteText } from './documents.ts';
import { embeddings } from './embeddings.ts';
import { encoder } from './encoder.ts';
import { readFault } from './fault.ts';
import { forward } from './forward.ts';
import { meter } from './meter.ts';
import { passes } from './passes.ts';
import { rerank } from './rerank.ts';
import { fault } from './server-fault.ts';
import { parse } from './server-parse.ts';
import { peek } from './server-peek.ts';
import { render } from './server-render.ts';
import { FORMAT } from './wire.ts';

/** Cohere's chat API, version 2. Source: https://docs.cohere.com/reference/chat */
export const cohere: Adapter = {
  format: FORMAT,
  server: { peek, parse, render, encoder, fault },
  client: {
    framing: 'sse',
    render: renderRequest,
    // Media of earlier answers are never sent back.
    needsBytes: (part, role) => role !== 'assistant' && part.type === 'file' && isRemoteText(part),
    passes,
    forward,
    bound: (_fields, tokens) => ['max_tokens', tokens],
    parse: parseAnswer,
    decoder,
    meter,
    fault: readFault,
  },
  dialsOut,
  operations: { embeddings, rerank },
};
