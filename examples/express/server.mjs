/**
 * An Express app with Postern under /ai. `npm start` builds and runs it.
 *
 * Behind it answer a simulated provider, which needs no key, and every real one whose key variable is set. Everything listens on
 * 127.0.0.1 only: with `access: 'open'` whoever reaches the port may spend your money.
 */

import { memoryStore } from '@postern/core';
import { fromEnvironment, llmGateway } from '@postern/express';
import { prices } from '@postern/prices';
import { serveSim } from '@postern/sim';
import { StoreInUse, sqliteStore } from '@postern/sqlite';
import express from 'express';

// The simulated provider speaks the formats of three vendors on one port, so it is configured as three providers. A row is all
// that a provider of a known format needs; the key may be anything here.
const sim = await serveSim();
const apiKey = 'any';
const simulated = {
  sim: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey, serves: ['chat', 'realtime'] },
  'sim-anthropic': { extends: 'anthropic', baseUrl: sim.url, apiKey },
  'sim-gemini': { extends: 'gemini', baseUrl: `${sim.url}/v1beta`, apiKey },
};
const real = fromEnvironment();
const file = process.env.POSTERN_DB ?? 'postern.db';
const { store, kept } = openStore();

// Dollars per million tokens of the simulated models.
const PRICE = { perMillionTokens: { input: '1', output: '5', cacheRead: '0.1', cacheWrite: '1.25' } };

const ai = llmGateway({
  access: 'open', // your own app: { identify: (request) => ({ id: request.host.user.id }) }
  providers: { ...real, ...simulated },
  models: {
    // Callers ask for these names; you decide what stands behind them.
    fast: 'sim/sim-text-12',
    smart: 'sim-anthropic/sim-reasoning-text-24',
    voice: 'sim/sim-realtime',
    // The first deployment always fails, so that x-postern-attempts says 2 and the answer comes all the same.
    steady: { deployments: [{ model: 'sim/sim-e503' }, { model: 'sim-gemini/sim-text-12', order: 1 }] },
  },
  // Beside the aliases any provider/model, such as openai/gpt-5.4-mini. Without this line: the aliases and nothing else.
  allowDirect: true,
  // What calls cost, and how much may be used: kept in a file, so that a restart forgets nothing.
  store,
  priceBook: prices(),
  prices: { 'sim/*': PRICE, 'sim-anthropic/*': PRICE, 'sim-gemini/*': PRICE },
  unknownPrice: 'flag',
  limits: [
    { scope: 'caller', counts: 'requests', max: 600, per: 'minute' },
    { scope: 'caller', counts: 'usd', max: 5, per: 'day' },
  ],
});

const app = express();
app.use('/ai', ai); // before body parsers: the bytes of a request can then pass as they came
app.get('/', (_request, response) => {
  response.type('text').send(banner(`http://${response.req.headers.host}`));
});

const server = await listen(Number(process.env.PORT ?? 3000));
// Sessions are WebSockets, which pass by Express: ws://…/ai/v1/realtime?model=voice
server.on('upgrade', (request, socket, head) => {
  if (!ai.gateway.upgrade(request, socket, head, { prefix: '/ai' })) socket.destroy();
});
let leaving = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, leave);
console.log(banner(`http://127.0.0.1:${server.address().port}`));

/** What is under way may finish, what is new is refused; then nothing is left that keeps the process alive. */
async function leave() {
  if (leaving) return; // the terminal and `npm start` both pass Ctrl-C on
  leaving = true;
  server.close();
  const left = await ai.gateway.drain(10_000);
  await ai.gateway.close();
  await store.close();
  await sim.close();
  server.closeIdleConnections(); // kept by clients for a next request that will not come
  console.log(left === 0 ? 'drained, bye' : `${left} requests were cut off`);
}

/** One process at a time writes the file; a second one counts in memory. */
function openStore() {
  try {
    return { store: sqliteStore({ file }), kept: file };
  } catch (error) {
    if (!(error instanceof StoreInUse)) throw error;
    return { store: memoryStore(), kept: `memory, as another process has ${file} open` };
  }
}

/** Listens on loopback at this port or, when it is taken, at the next one that is free. */
function listen(port) {
  return new Promise((resolve, reject) => {
    const listening = app.listen(port, '127.0.0.1');
    listening.once('listening', () => resolve(listening));
    listening.once('error', (error) => {
      if (error.code === 'EADDRINUSE') resolve(listen(port + 1));
      else reject(error);
    });
  });
}

function banner(url) {
  const json = `-H 'content-type: application/json'`;
  const hello = '"messages":[{"role":"user","content":"Hello"}]';
  const found = Object.keys(real);
  return `
Postern is mounted under ${url}/ai

OpenAI chat:
  curl -i ${url}/ai/v1/chat/completions ${json} -d '{"model":"fast",${hello}}'
The same, streamed, answered by a provider of another format:
  curl -iN ${url}/ai/v1/chat/completions ${json} -d '{"model":"smart","stream":true,${hello}}'
Anthropic messages, with a failover on the way:
  curl -i ${url}/ai/v1/messages ${json} -H 'anthropic-version: 2023-06-01' -d '{"model":"steady","max_tokens":100,${hello}}'

Limits (600 requests a minute, 5 dollars a day) and what was spent are kept in ${kept}.

Real providers found by their key variables: ${found.length === 0 ? 'none; set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY and start again' : found.join(', ')}
${found.length === 0 ? '' : `Ask them for a model as provider/model, such as "model":"${found[0]}/…"\n`}Ctrl-C drains and exits.
`;
}
