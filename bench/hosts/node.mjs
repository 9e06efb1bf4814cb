import { createServer } from 'node:http';
import { createGateway } from '@postern/core';
import { requestOf, writeReply } from '@postern/core/node';
import { readBody } from './body.mjs';
import { writeAnswer } from './upstream.mjs';

const PREFIX = '/ai';

/** node:http without a framework: the pass-through. Both give a server that doesn't listen yet. */
export function bare(call) {
  return createServer(async (request, response) => {
    if (request.url !== '/ai/v1/chat/completions') return notFound(response);
    try {
      await writeAnswer(await call(await readBody(request)), response);
    } catch {
      response.writeHead(502).end();
    }
  });
}

/** node:http with Postern, mounted by hand. */
export function postern(config) {
  const gateway = createGateway(config);
  return createServer((request, response) => {
    if (!request.url.startsWith('/ai/')) return notFound(response);
    const reply = gateway.handle(requestOf(request, request, request.url.slice(PREFIX.length), response));
    if (reply === undefined) return notFound(response);
    reply.then((answer) => writeReply(answer, response));
  });
}

function notFound(response) {
  response.writeHead(404).end();
}
