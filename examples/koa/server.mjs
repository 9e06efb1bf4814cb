/**
 * Koa: the gateway trusts the identity that your own middleware has found, and each caller gets the models that are theirs.
 *
 *   curl http://127.0.0.1:3000/ai/v1/models -H 'x-user: ada'
 */
import { llmGateway } from '@postern/koa';
import { serveSim } from '@postern/sim';
import Koa from 'koa';

const sim = await serveSim();

// What stands for your user table.
const USERS = {
  ada: { id: 'ada', team: 'research' }, // may use every alias
  bob: { id: 'bob', team: 'support', models: ['small'] },
};

const ai = llmGateway({
  prefix: '/ai',
  // Whoever gives nothing here, or throws, is refused with 401: there is no default caller.
  access: { identify: (request) => request.host.state.user },
  providers: { sim: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'any' } },
  models: { small: 'sim/sim-text-8', large: 'sim/sim-text-40' },
});

// Events observe. Content of messages is never in them.
ai.gateway.events.on('request-end', ({ caller, model, status, usage, duration }) => {
  console.log(`${caller ?? 'nobody'} ${model || '-'} ${status} ${usage?.output ?? 0} tokens ${duration} ms`);
});

const app = new Koa();
app.use(async (context, next) => {
  // Your own login: a session, a JWT … Here a header is enough.
  const name = context.get('x-user');
  if (Object.hasOwn(USERS, name)) context.state.user = USERS[name];
  await next();
});
app.use(ai);
app.use((context) => {
  context.body = 'the rest of the app\n';
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/ai`);
});

process.once('SIGTERM', leave).once('SIGINT', leave);
async function leave() {
  server.close();
  await ai.gateway.drain(10_000);
  await ai.gateway.close();
  await sim.close();
  server.closeIdleConnections();
}
