/**
 * Do the built packages load, by import and by require, and does one request go through an Express mount to a simulated provider? Plain
 * JavaScript without a test runner: it runs in an empty folder with the packed packages, and on Node versions that the tests don't run on.
 * An argument, such as `v22.`, is what the Node version must begin with.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const entries = ['core', 'core/node', 'core/fetch', 'core/testing', 'express', 'koa', 'fastify', 'sim'];
const require = createRequire(import.meta.url);

if (process.argv[2]) assert.ok(process.version.startsWith(process.argv[2]), `this is Node ${process.version}`);
for (const entry of entries) await loads(`@postern/${entry}`);
await sharesModules();
await answers();
console.log(`smoke: ${entries.length} entries load and a request is answered on Node ${process.version}`);

async function loads(name) {
  const imported = await import(name);
  const names = Object.keys(imported);
  assert.ok(names.length > 0, `${name} exports nothing`);
  for (const key of names) {
    const value = imported[key];
    assert.equal(require(name)[key], value, `require('${name}').${key} is another one than import gives`);
    // An error's name is its class's, and a bundler that joins files may rename.
    if (value.prototype instanceof Error) assert.equal(value.name, key, `${key} of ${name} is called ${value.name}`);
  }
}

/** The entry for other runtimes shares everything with Node's but what it does with the platform, so that an error is the same to both. */
async function sharesModules() {
  const entry = import.meta.resolve('@postern/core');
  const ofNode = await import(entry);
  const ofOthers = await import(new URL('../index.js', entry).href);
  assert.deepEqual(Object.keys(ofOthers), Object.keys(ofNode));
  const differing = Object.keys(ofNode).filter((key) => ofNode[key] !== ofOthers[key]);
  assert.deepEqual(differing, ['createGateway', 'fromEnvironment']);
}

async function answers() {
  const { default: express } = await import('express');
  const { llmGateway } = await import('@postern/express');
  const { simDispatcher } = await import('@postern/sim');

  const app = express();
  const gateway = llmGateway({
    access: 'open',
    providers: {
      local: {
        format: 'openai-chat',
        baseUrl: 'http://127.0.0.1:9/v1',
        auth: 'bearer',
        apiKey: 'key-of-the-smoke-test',
      },
    },
    models: { smoke: 'local/sim-echo' },
    platform: { dispatcher: simDispatcher() },
    log: { warn() {}, error: console.error },
  });
  app.use('/ai', gateway);

  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const response = await fetch(`http://127.0.0.1:${server.address().port}/ai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'smoke', messages: [{ role: 'user', content: 'a small gate' }] }),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.match(JSON.parse(text).choices[0].message.content, /a small gate/, text);
  server.close();
  server.closeAllConnections();
}
