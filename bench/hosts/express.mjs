import { createServer } from 'node:http';
import { llmGateway } from '@postern/express';
import express from 'express';
import { readBody } from './body.mjs';
import { writeAnswer } from './upstream.mjs';

/** Express 5 with the pass-through. `res.send` would cost more (it makes an ETag); a skilled user leaves it out here. */
export function bare(call) {
  const app = express();
  app.post('/ai/v1/chat/completions', async (request, response) => {
    await writeAnswer(await call(await readBody(request)), response);
  });
  return createServer(app);
}

/** Express 5 with Postern. */
export function postern(config) {
  const app = express();
  app.use('/ai', llmGateway(config));
  return createServer(app);
}
