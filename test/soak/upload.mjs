/**
 * What a large upload and a large download cost in memory: `node test/soak/upload.mjs [MB]`, after `npm run build`. The gateway runs in a process of its
 * own, client and provider here. For each host: the most resident memory while an upload (to be transcribed, by the spool or straight to a default) and a
 * download (spoken text) run, above what there was before it, which is behind many small ones. More than 4 MB is more than promised.
 */
import { fork } from 'node:child_process';
import { createServer, request } from 'node:http';
import { HOSTS, providersAt } from './hosts.mjs';

const MB = 1024 * 1024;
const SIZE = Number(process.argv[2] ?? 25) * MB;
const PROMISED = 4 * MB;
const SMALL = 2 * MB;
const ROUNDS = 30;
/** In front of the file the model decides, and its form waits. */
const MODEL = '--B\r\ncontent-disposition: form-data; name="model"\r\n\r\noa/sim\r\n';

if (process.send === undefined) await measure();
else await serve();

/** The child: a gateway, and its memory when it is asked. */
async function serve() {
  const [, , , host, upstream] = process.argv;
  const form = { maxFileBytes: 4 * SIZE, maxBytes: 4 * SIZE };
  const { url } = await HOSTS[host]({
    access: 'open',
    providers: providersAt(upstream),
    models: { m: 'oa/sim' },
    allowDirect: true,
    defaults: { transcriptions: { model: 'm', straight: true } },
    form,
  });
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  setInterval(look, 1).unref();
  process.on('message', (word) => {
    look();
    process.send({ word, most, now: process.memoryUsage.rss() });
    if (word === 'reset') most = process.memoryUsage.rss();
  });
  process.on('disconnect', () => process.exit());
  process.send({ url });
}

async function measure() {
  const provider = await providing();
  for (const name of Object.keys(HOSTS)) {
    const child = fork(import.meta.filename, [String(SIZE / MB), name, provider.url]);
    const { url } = await told(child);
    for (const [what, run] of [
      ['upload', upload],
      ['straight', (to, size) => upload(to, size, '')],
      ['download', download],
    ]) {
      for (let round = 0; round < ROUNDS; round++) await run(url, SMALL);
      child.send('reset');
      const { now } = await told(child);
      const bytes = await run(url, SIZE);
      child.send('look');
      const after = await told(child);
      const added = after.most - now;
      if (added > PROMISED) process.exitCode = 1;
      console.log(
        `${name.padEnd(18)} ${what.padEnd(9)} ${(bytes / MB).toFixed(1)} MB   before ${mb(now)}   most ${mb(after.most)}   added ${mb(added)}`,
      );
    }
    child.disconnect();
  }
  provider.close();
}

function mb(bytes) {
  return `${(bytes / MB).toFixed(1)} MB`;
}

function told(child) {
  return new Promise((resolve) => child.once('message', resolve));
}

/** Hears whatever comes, and speaks as many bytes as the text says. */
async function providing() {
  const server = createServer(async (incoming, response) => {
    let size = 0;
    const held = [];
    for await (const piece of incoming) {
      size += piece.length;
      if (size < 4096) held.push(piece);
    }
    if (incoming.url?.endsWith('/speech')) return speak(JSON.parse(Buffer.concat(held)).input, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ text: String(size) }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function speak(size, response) {
  let left = Number(size);
  const piece = Buffer.alloc(16_384, 'x');
  response.writeHead(200, { 'content-type': 'audio/mpeg' });
  const more = () => {
    while (left > 0) {
      const next = piece.subarray(0, Math.min(left, piece.length));
      left -= next.length;
      if (!response.write(next)) return;
    }
    response.end();
  };
  response.on('drain', more);
  more();
}

/** Gives the bytes that the provider heard. */
async function upload(url, size, front = MODEL) {
  const head = `${front}--B\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n`;
  const tail = '\r\n--B--\r\n';
  const answer = await asked(
    `${url}/v1/audio/transcriptions`,
    { 'content-type': 'multipart/form-data; boundary=B', 'content-length': head.length + size + tail.length },
    async (outgoing) => {
      outgoing.write(head);
      const piece = Buffer.alloc(MB / 4, 'y');
      for (let left = size; left > 0; left -= piece.length)
        if (!outgoing.write(piece.subarray(0, left))) await new Promise((resolve) => outgoing.once('drain', resolve));
      outgoing.end(tail);
    },
  );
  const text = JSON.parse(answer.text).text;
  if (Number(text) < size) throw new Error(`the provider heard ${text} of ${size} bytes`);
  return Number(text);
}

/** Gives the bytes that the client got. */
async function download(url, size) {
  const answer = await asked(`${url}/v1/audio/speech`, { 'content-type': 'application/json' }, (outgoing) =>
    outgoing.end(JSON.stringify({ model: 'oa/sim', voice: 'v', input: String(size) })),
  );
  if (answer.size !== size) throw new Error(`the client got ${answer.size} of ${size} bytes`);
  return answer.size;
}

function asked(url, headers, send) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers }, async (incoming) => {
      let size = 0;
      let text = '';
      for await (const piece of incoming) {
        size += piece.length;
        if (size < 4096) text += piece;
      }
      if (incoming.statusCode === 200) resolve({ size, text });
      else reject(new Error(`${incoming.statusCode}: ${text}`));
    });
    outgoing.on('error', reject);
    void send(outgoing);
  });
}
