/**
 * A provider that costs little: raw sockets, ready-made answers, the behaviour in the model name (answers.mjs). Stands in for the Go program where that
 * can't be built. `node bench/own/upstream.mjs -addr 127.0.0.1:PORT`
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { behaviourOf, jsonAnswer, plainAnswer, streamedAnswer } from './answers.mjs';
import { readFlags } from './flags.mjs';

const { addr } = readFlags(process.argv.slice(2), { addr: '127.0.0.1:9100' });
const [host, port] = addr.split(':');
const answers = new Map();
let open = 0;

createServer({ noDelay: true }, serve).listen({ host, port: Number(port), backlog: 8192 });

/** One connection: requests one after the other, as HTTP/1.1 clients without pipelining send them. */
function serve(socket) {
  let pending = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const request = requestIn(pending);
    if (request === undefined) return;
    pending = pending.subarray(request.length);
    answer(socket, request);
  });
}

/** The first request of the bytes once it is whole. Bodies have a content-length: undici gives one to bytes. */
function requestIn(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = end + 4 + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  if (bytes.length < length) return undefined;
  const isMessages = head.startsWith('POST /v1/messages');
  return { length, isMessages, isStats: head.startsWith('GET /stats'), body: bytes.subarray(end + 4, length) };
}

async function answer(socket, { isMessages, isStats, body }) {
  if (isStats) return socket.write(jsonAnswer({ streams_open: open }));
  const { gap, wait, plain, streamed } = answerOf(isMessages, nameIn(body), body.indexOf('"stream":true') !== -1);
  if (wait > 0) await sleep(wait);
  if (plain !== undefined) return socket.write(plain);
  open += 1;
  await stream(socket, streamed, gap);
  open -= 1;
}

async function stream(socket, { head, writes }, gap) {
  socket.write(head);
  const start = performance.now();
  for (const [index, piece] of writes.entries()) {
    if (gap > 0 && index > 0) await sleep(start + index * gap - performance.now());
    if (socket.destroyed) return;
    if (!socket.write(piece)) await drained(socket);
  }
}

function answerOf(isMessages, model, stream) {
  const key = `${isMessages} ${stream} ${model}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const behaviour = behaviourOf(model);
  const made = stream
    ? { ...behaviour, streamed: streamedAnswer(isMessages, model, behaviour.chunks) }
    : { ...behaviour, plain: plainAnswer(isMessages, model) };
  answers.set(key, made);
  return made;
}

function nameIn(body) {
  const start = body.indexOf('"model":"') + 9;
  return body.toString('utf8', start, body.indexOf('"', start));
}

function drained(socket) {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', resolve);
  });
}
