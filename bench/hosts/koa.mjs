import { createServer } from 'node:http';
import { llmGateway } from '@postern/koa';
import Koa from 'koa';
import { readBody } from './body.mjs';
import { bytesOf, headersOf, isStream, writeAnswer } from './upstream.mjs';

/** Koa 3 with the pass-through, answered through `context.body`: Koa documents going around it as unsupported. */
export function bare(call) {
  return serverOf(async (context, answer) => {
    context.status = answer.statusCode;
    context.set(headersOf(answer));
    context.body = isStream(answer) ? answer.body : await bytesOf(answer);
  }, call);
}

/** The same, written to `res` all the same. */
export function bareOther(call) {
  return serverOf((context, answer) => {
    context.respond = false;
    return writeAnswer(answer, context.res);
  }, call);
}

/** Koa 3 with Postern. */
export function postern(config) {
  const app = new Koa();
  app.use(llmGateway({ prefix: '/ai', ...config }));
  return createServer(app.callback());
}

function serverOf(give, call) {
  const app = new Koa();
  app.use(async (context, next) => {
    if (context.path !== '/ai/v1/chat/completions') return next();
    await give(context, await call(await readBody(context.req)));
  });
  return createServer(app.callback());
}
