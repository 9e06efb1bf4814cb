import { llmGateway } from '@postern/fastify';
import fastify from 'fastify';
import { bytesOf, headersOf, isStream, writeAnswer } from './upstream.mjs';

/** Fastify 5 with the pass-through, the answer written to `res` itself, which `reply.hijack()` is for. */
export function bare(call) {
  return serverOf(async (request, reply) => {
    const answer = await call(request.body);
    reply.hijack();
    await writeAnswer(answer, reply.raw);
  });
}

/** The same, given to Fastify to send. */
export function bareOther(call) {
  return serverOf(async (request, reply) => {
    const answer = await call(request.body);
    reply.code(answer.statusCode).headers(headersOf(answer));
    return reply.send(isStream(answer) ? answer.body : await bytesOf(answer));
  });
}

/** Fastify 5 with Postern. */
export async function postern(config) {
  const app = fastify();
  await app.register(llmGateway, { prefix: '/ai', ...config });
  await app.ready();
  return app.server;
}

async function serverOf(handler) {
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/ai/v1/chat/completions', handler);
  await app.ready();
  return app.server;
}
