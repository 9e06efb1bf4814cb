/** One process of a proof: Express with Postern in it. `node gateway.mjs '{ store, upstream, limits, config }'`; says its port once it listens. */
import { llmGateway } from '@postern/express';
import express from 'express';
import { PRICES } from './prices.mjs';
import { LEASED, openStore } from './stores.mjs';

const { store: address, upstream, limits, config } = JSON.parse(process.argv[2]);
const store = await openStore(address);
const quiet = process.env.POSTERN_PROOF_LOG === undefined;
const note = (message, fields) => quiet || console.error(message, JSON.stringify(fields));

const settings = {
  access: {
    identify: (request) => ({ id: request.header('x-caller'), team: 'all', user: request.header('x-user') ?? 'one' }),
  },
  providers: { up: { format: 'openai-chat', baseUrl: upstream, apiKey: 'k', fidelity: 'exact' } },
  models: { m: { deployments: ['up/one'], retries: 0, timeouts: { total: '1h' } } },
  prices: { 'up/*': PRICES },
  log: { warn: note, error: note },
  store,
  limits,
  storage: {
    ...(address.patience === 0 ? {} : { timeout: address.patience }),
    ...(address.kind === LEASED ? { onCrash: 'spend' } : {}),
  },
  ...config,
};
const handler = llmGateway(settings);

const server = express()
  .use('/ai', handler)
  .listen(0, '127.0.0.1', () => {
    process.stdout.write(`${server.address().port}\n`);
  });

process.once('SIGTERM', async () => {
  server.close();
  await handler.gateway.drain(20_000);
  await handler.gateway.close();
  await store.close();
});
