/**
 * Streams of plain text, cut at random bytes on the wire, in front of models of both rules: one goes on with the beginning of its answer, one refuses it with
 * 400. What the simulated provider says to a prompt is known, and each answer is judged by it: whole, or the beginning of it and one typed error. Every
 * first call is cut, of those that go on one of ten. Clients and models speak different formats.
 * `node bench/proofs/continuation.mjs [--requests=2000] [--seed=1]`
 */
import { connect, createServer } from 'node:net';
import { createGateway } from '@postern/core';
import { serveSim } from '@postern/sim';
import { randomFrom } from './kit/random.mjs';

const args = new Map(process.argv.slice(2).map((arg) => arg.replace('--', '').split('=')));
const requests = Number(args.get('requests') ?? 2_000);
const random = randomFrom(Number(args.get('seed') ?? 1));
const CLIENTS = 16;
/** Share of the calls that go on and are cut as well. */
const AGAIN = 0.1;

/** Providers by the format that they speak, as paths of the simulated one. */
const PROVIDERS = {
  oa: { format: 'openai-chat', fidelity: 'exact', path: '/v1' },
  an: { extends: 'anthropic', path: '' },
  ge: { extends: 'gemini', path: '/v1beta' },
  co: { extends: 'cohere', path: '' },
  ol: { extends: 'ollama', path: '' },
  be: { extends: 'bedrock', path: '' },
};
const IDS = Object.keys(PROVIDERS);

/** How clients ask, and what of their streams is text, the end, and an error. */
const CLIENT_FORMATS = [
  {
    path: '/v1/chat/completions',
    text: ({ choices }) => choices?.[0]?.delta?.content ?? '',
    isEnd: (data) => data === '[DONE]',
    isError: ({ error }) => error !== undefined,
  },
  {
    path: '/v1/messages',
    more: { max_tokens: 4_096 },
    text: ({ delta }) => delta?.text ?? '',
    isEnd: (data) => data.includes('"type":"message_stop"'),
    isError: ({ type }) => type === 'error',
  },
];

const sim = await serveSim({ keep: 1 });
const wire = await cutting(Number(new URL(sim.url).port), await lengthOf('/v1/chat/completions'));
const gateway = createGateway({
  access: 'open',
  providers: Object.fromEntries(
    IDS.map((id) => {
      const { path, ...row } = PROVIDERS[id];
      return [id, { ...row, baseUrl: `${wire.url}${path}`, apiKey: 'k' }];
    }),
  ),
  models: { ...aliases('takes', 'prefill', 3), ...aliases('refuses', 'noprefill', 1) },
  // Every request here needs a further call, and all first deployments fail.
  retry: { budget: 10 },
  breaker: false,
  log: { warn: () => {}, error: () => {} },
});
const counts = { takes: tally(), refuses: tally() };

let next = 0;
await Promise.all(
  Array.from({ length: CLIENTS }, async () => {
    while (next < requests) await one(next++);
  }),
);
const { takes, refuses } = counts;
const completed = takes.whole / takes.asked;
const holds = completed >= 0.99 && takes.wrong + refuses.wrong === 0;
for (const [name, { asked, whole, failed, wrong, first }] of Object.entries(counts))
  console.log(
    `${name}: ${asked} asked, ${whole} whole, ${failed} with one error, ${wrong} wrong${first ? ` (${first})` : ''}`,
  );
console.log(
  `${holds ? 'ok' : 'FAILED'}: ${requests} streams, ${wire.cuts()} cut on the wire; where one accepts ${(completed * 100).toFixed(2)} % completed; ` +
    `${takes.wrong + refuses.wrong} texts that differ, ${takes.failed + refuses.failed} typed errors`,
);
process.exitCode = holds ? 0 : 1;
await gateway.close();
await wire.close();
await sim.close();

function tally() {
  return { asked: 0, whole: 0, failed: 0, wrong: 0, first: undefined };
}

/** An alias for each format of the deployment that is cut, with others of other formats behind it. */
function aliases(name, word, others) {
  const models = {};
  for (const [index, id] of IDS.entries()) {
    for (const words of ['text-60', 'text-60+utf8']) {
      const behind = Array.from({ length: others }, (_, at) => ({
        model: `${IDS[(index + at) % IDS.length]}/sim-${word}-${words}`,
        order: at + 1,
        capabilities: { prefill: true },
      }));
      const deployments = [{ model: `${id}/sim@first-${words}`, order: 0 }, ...behind];
      models[`${name} ${id} ${words}`] = { deployments, retries: 5, continuation: true };
    }
  }
  return models;
}

async function one(number) {
  const kind = number % 4 === 3 ? 'refuses' : 'takes';
  const words = number % 10 === 0 ? 'text-60+utf8' : 'text-60';
  const format = CLIENT_FORMATS[number % CLIENT_FORMATS.length];
  const prompt = `Tell me about ${number}.`;
  const model = `${kind} ${IDS[Math.floor(random() * IDS.length)]} ${words}`;
  const known = await toldBy(sim.url, CLIENT_FORMATS[0], `sim-${words}`, prompt);
  const response = await gateway.fetch(request('http://host', format, model, prompt));
  const told = read(format, await response.text());
  const count = counts[kind];
  count.asked += 1;
  if (told.ended && told.errors === 0 && told.text === known.text) count.whole += 1;
  else if (!told.ended && told.errors === 1 && known.text.startsWith(told.text)) count.failed += 1;
  else if (response.status !== 200) count.failed += 1;
  else {
    count.wrong += 1;
    count.first ??= JSON.stringify({ model, ...told, known: known.text });
  }
}

function request(origin, { path, more }, model, prompt) {
  return new Request(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: JSON.stringify({ model, stream: true, ...more, messages: [{ role: 'user', content: prompt }] }),
  });
}

async function toldBy(origin, format, model, prompt) {
  const response = await fetch(request(origin, format, model, prompt));
  return read(format, await response.text());
}

function read(format, body) {
  const told = { text: '', ended: false, errors: 0 };
  for (const line of body.split('\n')) {
    if (!line.startsWith('data: ')) continue;
    const data = line.slice(6);
    if (format.isEnd(data)) told.ended = true;
    if (data === '[DONE]') continue;
    const frame = JSON.parse(data);
    if (format.isError(frame)) told.errors += 1;
    else told.text += format.text(frame);
  }
  return told;
}

/** Bytes of a whole answer on the wire. */
async function lengthOf(path) {
  const response = await fetch(request(sim.url, { path }, 'sim-text-60', 'How long?'));
  return (await response.arrayBuffer()).byteLength;
}

/** A wire to the simulated provider that breaks: an answer is cut behind a number of bytes that is drawn for each call. */
async function cutting(port, length) {
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let left = Number.POSITIVE_INFINITY;
    client.on('data', (bytes) => {
      const head = bytes.toString('latin1');
      if (head.startsWith('POST ')) {
        const first = head.includes('@first') || head.includes('%40first');
        left = first || random() < AGAIN ? Math.floor(random() * length) : Number.POSITIVE_INFINITY;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      client.write(bytes.length > left ? bytes.subarray(0, left) : bytes);
      left -= bytes.length;
      if (left > 0) return;
      cuts += 1;
      client.destroySoon();
      upstream.destroy();
    });
    const end = () => {
      client.destroySoon();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', end);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cuts: () => cuts,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
