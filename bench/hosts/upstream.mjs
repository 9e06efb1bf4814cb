/**
 * The hand-written pass-through that Postern is compared with: what a skilled user writes who needs one provider and nothing else. One undici pool,
 * the key put on, the bytes given back: a plain answer whole, a stream piped with backpressure, either side's end felt by the other.
 */
import { pipeline } from 'node:stream';
import { Pool } from 'undici';

const HEADERS = { 'content-type': 'application/json', authorization: 'Bearer bench' };

/** Gives `call(body)` to the chat endpoint of the upstream; undici's own answer. */
export function upstreamOf(origin) {
  const pool = new Pool(origin);
  return (body) => pool.request({ method: 'POST', path: '/v1/chat/completions', headers: HEADERS, body });
}

/** The headers that matter to a client of either kind. */
export function headersOf(answer) {
  return { 'content-type': answer.headers['content-type'] };
}

export function isStream(answer) {
  return answer.headers['content-type'].startsWith('text/event-stream');
}

/** The whole of a plain answer. */
export async function bytesOf(answer) {
  return Buffer.from(await answer.body.arrayBuffer());
}

/** Writes the answer to a ServerResponse. */
export async function writeAnswer(answer, response) {
  if (isStream(answer)) {
    response.writeHead(answer.statusCode, headersOf(answer));
    pipeline(answer.body, response, ignore);
    return;
  }
  const bytes = await bytesOf(answer);
  response.writeHead(answer.statusCode, { ...headersOf(answer), 'content-length': bytes.length });
  response.end(bytes);
}

function ignore() {}
