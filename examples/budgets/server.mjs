/**
 * Budgets without any key: whoever is signed in to the app gets 60 requests a minute and a tenth of a cent a day, and their team 1 dollar a month.
 *
 *   curl -c jar -d 'name=ada' http://127.0.0.1:3000/sign-in
 *   curl -ib jar http://127.0.0.1:3000/ai/v1/chat/completions -H 'content-type: application/json' \
 *     -d '{"model":"fast","max_tokens":20,"messages":[{"role":"user","content":"Hello"}]}'
 *   curl -b jar http://127.0.0.1:3000/spent
 */
import { randomUUID } from 'node:crypto';
import { llmGateway } from '@postern/express';
import { serveSim } from '@postern/sim';
import { sqliteStore } from '@postern/sqlite';
import express from 'express';

const USERS = { ada: { team: 'research' }, bob: { team: 'research' } };
const sim = await serveSim();
const store = sqliteStore({ file: process.env.POSTERN_DB ?? 'budgets.db' });

const ai = llmGateway({
  // `request.host` is Express's own request: the app has already found out who it is.
  access: {
    identify: ({ host: { user } }) => user && { id: `user:${user.name}`, user: user.name, team: user.team },
  },
  providers: { sim: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'any' } },
  models: { fast: 'sim/sim-text-20' },
  // With real providers: `priceBook: prices()` of @postern/prices.
  prices: { 'sim/*': { perMillionTokens: { input: '1', output: '5' } } },
  store,
  limits: [
    { scope: 'user', counts: 'requests', max: 60, per: 'minute' },
    { scope: 'user', counts: 'usd', max: '0.001', per: 'day', timeZone: 'Europe/Berlin' },
    { scope: 'team', counts: 'usd', max: 1, per: 'month' },
    { scope: 'user', counts: 'concurrency', max: 4 },
  ],
});

const app = express();

// Stands for your own sign-in: a session by cookie, a JWT, whatever sets `request.user`.
const sessions = new Map();
app.post('/sign-in', express.urlencoded(), (request, response) => {
  const { name } = request.body;
  if (!Object.hasOwn(USERS, name)) return response.sendStatus(401);
  const id = randomUUID();
  sessions.set(id, { name, ...USERS[name] });
  response.cookie('session', id, { httpOnly: true, sameSite: 'strict' }).send(`hello ${name}\n`);
});
app.use((request, _response, next) => {
  request.user = sessions.get(/(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1]);
  next();
});

app.use('/ai', ai);

// What the gateway wrote down of them is theirs to see.
app.get('/spent', async ({ user }, response) => {
  if (user === undefined) return response.sendStatus(401);
  const call = { now: Date.now(), deadline: Date.now() + 1000 };
  const days = await store.ledger.totals({ scope: `user:${user.name}` }, ['day', 'model'], call);
  response.json(days.map(({ by, attempts, cost }) => ({ ...by, calls: attempts, usd: Number(cost) / 1e9 })));
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/ai`);
});

process.once('SIGTERM', leave).once('SIGINT', leave);
async function leave() {
  server.close();
  await ai.gateway.drain(10_000);
  await ai.gateway.close();
  await store.close();
  await sim.close();
  server.closeIdleConnections();
}
