import type { Adapter } from '../adapter.ts';
import { record } from '../shared/read.ts';
import { parse as parseReply } from './client-parse.ts';
import { render as renderRequest } from './client-render.ts';
import { decoder } from './decoder.ts';
import { dialsOut } from './dials-out.ts';
import { embeddings } from './embeddings.ts';
import { encoder } from './encoder.ts';
import { fault as readFault } from './fault.ts';
import { forward } from './forward.ts';
import { meter } from './meter.ts';
import { model, models } from './models.ts';
import { passes } from './passes.ts';
import { peek } from './peek.ts';
import { fault } from './server-fault.ts';
import { parse } from './server-parse.ts';
import { render } from './server-render.ts';
import { FORMAT } from './wire.ts';

/** Ollama's own API: `/api/chat` and `/api/generate`, and what its clients ask besides. Source: https://docs.ollama.com/api */
export const ollama: Adapter = {
  format: FORMAT,
  server: { peek, parse, render, encoder, fault, models, model },
  client: {
    framing: 'ndjson',
    render: renderRequest,
    needsBytes: ({ type, source }) => type === 'image' && source.kind === 'url',
    passes,
    forward,
    bound: (fields, tokens) => ['options.num_predict', { ...record(fields?.get('options')), num_predict: tokens }],
    parse: parseReply,
    decoder,
    meter,
    fault: readFault,
  },
  dialsOut,
  operations: { embeddings },
};
