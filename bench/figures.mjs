/**
 * What is measured, and the figure that is to be reached. Those with `variant` are ratios of CPU, (host + Postern) ÷ (host + hand-written
 * pass-through), the worst of all hosts. `event`: per SSE event instead of per request.
 */
export const FIGURES = {
  jsonPassThrough: { title: 'JSON, pass-through', load: 'json', variant: 'exact', limit: 1.3 },
  jsonTranslated: {
    title: 'JSON, OpenAI client → Anthropic upstream',
    load: 'json',
    variant: 'translated',
    limit: 1.6,
  },
  json100k: { title: 'JSON, pass-through, 100 KB requests', load: 'json100k', variant: 'exact', limit: 1.3 },
  ssePassThrough: {
    title: "SSE, pass-through (fidelity 'exact')",
    load: 'sse',
    variant: 'exact',
    limit: 1.2,
    event: true,
  },
  sseCompatible: { title: "SSE, fidelity 'compatible'", load: 'sse', variant: 'compatible', limit: 1.5, event: true },
  sseTranslated: {
    title: 'SSE, OpenAI client → Anthropic upstream',
    load: 'sse',
    variant: 'translated',
    limit: 2.0,
    event: true,
  },
  ssePaced: {
    title: 'SSE, pass-through, events that come one by one',
    load: 'ssePaced',
    variant: 'exact',
    event: true,
    apart: true,
  },
  limits: { title: 'JSON, pass-through, limits on three scopes', load: 'json', variant: 'limited', apart: true },
  memoryPerStream: { title: 'memory per open stream', limit: 1.3 },
  importTime: { title: 'import of core ÷ (undici + zod)', limit: 1.5 },
  firstByte: { title: 'added p50 to the first event, one request at a time (ms)', limit: 0.3 },
  openLoop: { title: '1,000 requests/s, upstream of 100 ms', limit: { errors: 0, p95: 2, p99: 5 } },
  sustainedRate: { title: 'highest sustained rate on Fastify (requests/s)', atLeast: 3000 },
  packedSize: { title: 'packed size of core (KB)', limit: 400 },
};

/**
 * The loads of the CPU figures, as flags of the load generator. A fixed number of requests, so that both sides of a ratio have the same ends:
 * with a fixed time, the streams cut off at the end would weigh more on the slower side. 3 KB of text in 3 messages, like a short chat.
 */
export const LOADS = {
  json: { n: 5000, c: 64, bytes: 3000, msgs: 3 },
  json100k: { n: 1000, c: 32, bytes: 100_000, msgs: 20 },
  sse: { n: 500, c: 32, bytes: 3000, msgs: 3, stream: true, model: 'fake-200x0' },
  ssePaced: { n: 96, c: 48, bytes: 3000, msgs: 3, stream: true, model: 'fake-50x10' },
};

/** Before measuring, per server and load: the compiler has seen what it will see. The JSON one comes first, always. */
export const WARM_UP = {
  json: { ...LOADS.json, n: 10_000 },
  json100k: { ...LOADS.json100k, n: 1500 },
  sse: { ...LOADS.sse, n: 1200 },
  ssePaced: LOADS.ssePaced,
};

/** Every model name that a load asks for; the upstream reads from it what to do. */
export const MODELS = ['fake', 'fake-200x0', 'fake-50x10', 'fake-20x0', 'fake-d100', 'fake-30x4000'];

/** The hosts that count; the first two are those of --quick. */
export const HOSTS = ['node', 'express', 'koa', 'fastify'];

export const HOST_NAMES = {
  node: 'node:http',
  express: 'Express 5',
  koa: 'Koa 3',
  fastify: 'Fastify 5',
  nodeLimits: 'node:http, Postern with limits beside Postern without',
  fetch: 'fetch façade (Hono)',
  koaOther: 'Koa 3, the pass-through written to res',
  fastifyOther: 'Fastify 5, the pass-through given to reply.send',
};
