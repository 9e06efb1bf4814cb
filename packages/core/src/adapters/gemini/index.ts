import type { Adapter } from '../adapter.ts';
import { geminiEmbeddings } from '../families/gemini-embeddings.ts';
import { bound } from './config-write.ts';
import { parseCount, renderCount } from './count-tokens.ts';
import { createDecoder } from './decoder.ts';
import { dialsOut } from './dials-out.ts';
import { embedDialect, peekEmbed } from './embed-dialect.ts';
import { createEncoder } from './encoder.ts';
import { readFault } from './errors.ts';
import { forward } from './forward.ts';
import { createMeter } from './meter.ts';
import { renderModel, renderModels } from './models.ts';
import { parse } from './parse.ts';
import { passes } from './passes.ts';
import { peek } from './peek.ts';
import { render } from './render.ts';
import { readReply } from './reply-read.ts';
import { renderReply } from './reply-write.ts';
import { needsBytes } from './request-writer.ts';
import { renderFault } from './server-fault.ts';
import { FORMAT } from './wire.ts';

/** Google's Gemini API, `generateContent` and its relatives. Source: https://ai.google.dev/api */
export const gemini: Adapter = {
  format: FORMAT,
  server: {
    peek,
    prompt: ['tools', 'systemInstruction', 'contents'],
    parse,
    render: renderReply,
    encoder: createEncoder,
    fault: renderFault,
    count: (totalTokens) => ({ totalTokens }),
    models: renderModels,
    model: renderModel,
  },
  client: {
    framing: 'sse',
    render,
    needsBytes: (part, _role, target) => needsBytes(part, target.model),
    passes,
    forward,
    bound,
    parse: readReply,
    decoder: createDecoder,
    meter: createMeter,
    fault: readFault,
    count: { render: renderCount, parse: parseCount },
  },
  dialsOut,
  operations: { embeddings: { ...geminiEmbeddings, peek: peekEmbed, dialect: embedDialect } },
};
