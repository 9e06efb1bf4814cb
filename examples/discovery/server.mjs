/**
 * Deployments that are looked up while the gateway runs. Here a small registry in this process stands for Consul; consul.mjs, etcd.mjs and kubernetes.mjs
 * are functions for the real ones, and `deployments: { discover: 'srv:_llm._tcp.example.test', … }` needs none.
 *
 *   curl -i http://127.0.0.1:3000/ai/v1/chat/completions -H 'content-type: application/json' \
 *     -d '{"model":"found","messages":[{"role":"user","content":"Hello"}]}'
 *   curl -X POST http://127.0.0.1:3000/join     # one more instance
 *   curl -X POST http://127.0.0.1:3000/leave    # one less
 */
import { createServer } from 'node:http';
import { llmGateway } from '@postern/express';
import { serveSim } from '@postern/sim';
import express from 'express';
import { consul } from './consul.mjs';

const instances = [await serveSim()];

// What Consul says of the service `llm`: https://developer.hashicorp.com/consul/api-docs/health
const registry = createServer((_, response) => {
  const entries = instances.map(({ url }) => ({
    Node: { Address: '127.0.0.1' },
    Service: { Service: 'llm', Address: '', Port: Number(new URL(url).port), Weights: { Passing: 1, Warning: 1 } },
  }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(entries));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => registry.once('listening', resolve));

const gateway = llmGateway({
  access: 'open',
  providers: { acme: { format: 'openai-chat', baseUrl: 'https://llm.acme.example/v1', apiKey: 'any' } },
  discover: {
    consul: consul({
      address: `http://127.0.0.1:${registry.address().port}`,
      service: 'llm',
      model: 'acme/sim-text-12',
      scheme: 'http',
    }),
  },
  models: { found: { deployments: { discover: 'consul', every: '1s' }, strategy: 'round-robin', retries: 1 } },
  expose: 'all',
});
gateway.gateway.events.on('deployments-changed', ({ joined, left }) => {
  for (const { deployment, baseUrl } of joined) console.log(`joined: ${deployment} at ${baseUrl}`);
  for (const { deployment, baseUrl } of left) console.log(`left: ${deployment} at ${baseUrl}`);
});

const app = express();
app.use('/ai', gateway);
app.post('/join', async (_, response) => {
  instances.push(await serveSim());
  response.json({ instances: instances.length });
});
app.post('/leave', (_, response) => {
  const gone = instances.shift();
  // What is under way there ends before it goes.
  setTimeout(() => void gone?.close(), 5_000).unref();
  response.json({ instances: instances.length });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/ai`);
});

process.once('SIGTERM', leave).once('SIGINT', leave);
async function leave() {
  server.close();
  server.closeAllConnections();
  await gateway.gateway.close();
  registry.close();
  registry.closeAllConnections();
  for (const sim of instances) await sim.close();
}
