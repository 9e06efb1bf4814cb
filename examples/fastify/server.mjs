/**
 * Fastify: an alias with several deployments. Requests go on when one of them fails, and the reply says who answered.
 *
 *   curl -i http://127.0.0.1:3000/ai/v1/chat/completions -H 'content-type: application/json' \
 *     -d '{"model":"steady","messages":[{"role":"user","content":"Hello"}]}'
 */
import { llmGateway } from '@postern/fastify';
import { serveSim } from '@postern/sim';
import fastify from 'fastify';

const sim = await serveSim();

const app = fastify({ keepAliveTimeout: 5_000 }); // for so long a connection that a client keeps holds up app.close()
await app.register(llmGateway, {
  prefix: '/ai',
  access: 'open',
  providers: {
    east: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'any' },
    west: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'any' },
    other: { extends: 'anthropic', baseUrl: sim.url, apiKey: 'any' },
    speech: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'any', serves: ['realtime'] },
  },
  models: {
    steady: {
      deployments: [
        { model: 'east/sim-e503' }, // the name of a simulated model says how it behaves: this one answers 503
        { model: 'west/sim-reset-before-headers', order: 1 }, // asked when those of a lower order are exhausted
      ],
      retries: 1,
      timeouts: { firstToken: '20s', total: '1m' },
      fallbacks: ['backup'], // another alias, here of another format: the client doesn't notice
    },
    backup: 'other/sim-text-12',
    voice: 'speech/sim-realtime', // a session: ws://127.0.0.1:3000/ai/v1/realtime?model=voice
  },
  expose: 'all', // x-postern-model, -deployment and -attempts on every reply
});

// The gateway keeps to its own context: parsers, hooks and not-found handler of the rest of the app are untouched.
app.get('/', () => ({ the: 'rest of the app' }));

// Sessions are WebSockets, which pass by the routes.
app.server.on('upgrade', (request, socket, head) => {
  if (!app.llmGateway.upgrade(request, socket, head)) socket.destroy();
});

process.once('SIGTERM', leave).once('SIGINT', leave);
async function leave() {
  await app.close(); // waits for what is under way, and closes the gateway
  await sim.close();
}

console.log(`${await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })}/ai`);
