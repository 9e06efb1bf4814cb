/**
 * `npm run api-resources [-- --only text]`: how much of OpenAI's API a client finds behind the gateway, by that client's own tests. They are read in
 * place from a checkout of github.com/openai/openai-node, which POSTERN_OPENAI_NODE names, and which holds the API's description; nothing is copied.
 * The mock server that answers them is `@stdy/cli` of the version that the checkout uses; npx fetches it when it isn't there.
 * Starts the mock, the gateway in front of it, runs the tests against the gateway, and prints how many of each file pass.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createPort } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, has, install, must, root, tool } from './lib.mjs';

/** The resources that are looked at. The rest (admin, evals, realtime …) is not what a gateway is for. */
const FILES = [
  'audio/speech',
  'audio/transcriptions',
  'audio/translations',
  'batches',
  'chat/completions/completions',
  'chat/completions/messages',
  'completions',
  'embeddings',
  'files',
  'images',
  'models',
  'moderations',
  'responses/input-items',
  'responses/input-tokens',
  'responses/responses',
  'uploads/parts',
  'uploads/uploads',
  'vector-stores/file-batches',
  'vector-stores/files',
  'vector-stores/vector-stores',
];

const checkout = resolve(root, process.env.POSTERN_OPENAI_NODE ?? '../openai-node');
const spec = join(checkout, 'api_reference/openapi.transformed.yml');
if (!existsSync(spec)) {
  console.error(`no checkout of openai-node in ${checkout}: set POSTERN_OPENAI_NODE to its folder`);
  process.exit(2);
}
if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
await must(build(), 'build');

const at = process.argv.indexOf('--only');
const only = at < 0 ? '' : (process.argv[at + 1] ?? '');
const files = FILES.filter((file) => file.includes(only));
const place = mkdtempSync(join(tmpdir(), 'postern-api-resources-'));
const mock = await startMock();
const gateway = await startGateway(mock.url);
try {
  report(await runTests(process.argv.includes('--direct') ? mock.url : `${gateway.url}/v1`));
} finally {
  await gateway.close();
  mock.stop();
  rmSync(place, { recursive: true, force: true });
}

/** The version and arguments of the checkout's own script. */
function mockCommand() {
  const script = readFileSync(join(checkout, 'scripts/mock'), 'utf8');
  const version = /@stdy\/cli@([\d.]+)/.exec(script)?.[1] ?? '0.22.1';
  const given = script.match(/--validator-[a-z-]+=[a-z]+/g) ?? [];
  return { name: `@stdy/cli@${version}`, options: [...new Set(given)] };
}

async function startMock() {
  const port = await freePort();
  const { name, options } = mockCommand();
  const args = ['exec', '--yes', `--package=${name}`, '--', 'steady', '--host', '127.0.0.1', '-p', String(port)];
  const child = spawn('npm', [...args, ...options, spec], { cwd: place, stdio: 'ignore', detached: true });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await answers(`${url}/_x-steady/health`)); tries++) {
    if (tries >= 600 || child.exitCode !== null) throw new Error('the mock server did not start');
    await new Promise((done) => setTimeout(done, 100));
  }
  // npm's child as well: the group is this script's own.
  return { url, stop: () => process.kill(-child.pid) };
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Every model is asked for by its plain name, as clients of one provider do. The mock makes ids up, so nobody owns them. */
async function startGateway(mockUrl) {
  const { createGateway } = await import('../packages/core/dist/node/main.js');
  const { requestOf, writeReply } = await import('../packages/core/dist/node/index.js');
  const tests = files
    .map((file) => readFileSync(join(checkout, `tests/api-resources/${file}.test.ts`), 'utf8'))
    .join('');
  const names = new Set(
    [...tests.matchAll(/model: '([^']+)'/g), ...tests.matchAll(/models\.\w+\('([^']+)'/g)].map(([, name]) => name),
  );
  const handler = createGateway({
    access: 'open',
    providers: { openai: { baseUrl: mockUrl, apiKey: 'mock', fidelity: 'exact' } },
    models: Object.fromEntries([...names].map((name) => [name, `openai/${name}`])),
    // What the API's description lets a client leave the model out of.
    defaults: Object.fromEntries(
      ['chat', 'count-tokens', 'moderations', 'images', 'image-edits', 'image-variations'].map((operation) => [
        operation,
        [...names][0],
      ]),
    ),
    features: { remoteTools: true },
    resources: { provider: 'openai', owner: 'everybody' },
    log: { warn() {}, error() {} },
  });
  const server = createServer((request, response) => {
    const reply = handler.handle(requestOf(request, request, request.url ?? '/', response));
    if (reply !== undefined) return void reply.then((answer) => writeReply(answer, response));
    response.writeHead(404, { 'content-type': 'application/json' });
    return void response.end('{"error":{"message":"not found"}}');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await handler.close();
    },
  };
}

/** The tests are Jest's, and use of it what vitest has under the same names. */
async function runTests(url) {
  const config = join(place, 'vitest.config.mjs');
  const result = join(place, 'result.json');
  const include = files.map((file) => `tests/api-resources/${file}.test.ts`);
  writeFileSync(
    config,
    `export default ${JSON.stringify({
      root: checkout,
      cacheDir: join(place, 'cache'),
      resolve: { alias: [{ find: 'openai', replacement: join(checkout, 'src/index.ts') }] },
      test: {
        include,
        globals: true,
        fileParallelism: false,
        reporters: ['json'],
        outputFile: result,
        testTimeout: 20_000,
      },
    })}\n`,
  );
  const env = { TEST_API_BASE_URL: url };
  const { output } = await tool('vitest', ['run', '--config', config], { capture: true, env, cwd: checkout });
  if (!existsSync(result)) throw new Error(`the tests did not run:\n${output}`);
  return JSON.parse(readFileSync(result, 'utf8'));
}

function report({ testResults }) {
  let passed = 0;
  let active = 0;
  for (const file of files) {
    const cases =
      testResults.find(({ name }) => name.endsWith(`/api-resources/${file}.test.ts`))?.assertionResults ?? [];
    const counted = cases.filter(({ status }) => status === 'passed' || status === 'failed');
    const good = counted.filter(({ status }) => status === 'passed');
    passed += good.length;
    active += counted.length;
    console.log(`${String(good.length).padStart(4)} of ${String(counted.length).padEnd(3)} ${file}`);
    if (!process.argv.includes('--verbose')) continue;
    for (const { title, failureMessages } of counted.filter(({ status }) => status === 'failed'))
      console.log(`          ${title}: ${failureMessages[0]?.split('\n')[0]}`);
  }
  console.log(`${passed} of ${active} cases in ${files.length} files`);
}

function freePort() {
  return new Promise((done) => {
    const server = createPort();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
