/**
 * The provider of the proofs, whose own count is the truth: which calls came, and which were answered to their last byte. A call says in its prompt
 * who it is; its answer has a quarter of the tokens that it asks for.
 */
import { createServer } from 'node:http';
import { ASKED, costOf, PROMPT } from './prices.mjs';

/** @param wait milliseconds that an answer takes */
export async function startUpstream(wait = 20) {
  const calls = new Map();
  let [open, idleSince] = [0, performance.now()];
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => answer(JSON.parse(Buffer.concat(parts)), response));
  });

  function answer(body, response) {
    const call = body.messages[0].content;
    const output = Math.max(1, Math.floor(body.max_tokens / ASKED));
    const seen = { state: 'open', cost: costOf(output), times: (calls.get(call)?.times ?? 0) + 1 };
    calls.set(call, seen);
    open += 1;
    response.on('finish', () => {
      seen.state = 'answered';
    });
    response.on('close', () => {
      open -= 1;
      idleSince = performance.now();
      if (seen.state === 'open') seen.state = 'cut';
    });
    if (body.stream === true) streamed(response, output);
    else setTimeout(() => whole(response, output), wait);
  }

  function streamed(response, output) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const pieces = 5;
    let told = 0;
    const next = () => {
      if (response.destroyed) return;
      told += 1;
      response.write(event({ delta: { content: 'word '.repeat(Math.ceil(output / pieces)) }, finish_reason: null }));
      if (told < pieces) return setTimeout(next, wait / pieces);
      response.write(event({ delta: {}, finish_reason: 'stop' }));
      response.write(`data: ${JSON.stringify({ ...HEAD, object: CHUNK, choices: [], usage: usageOf(output) })}\n\n`);
      response.end('data: [DONE]\n\n');
    };
    setTimeout(next, wait / pieces);
  }

  function whole(response, output) {
    if (response.destroyed) return;
    const choices = [{ index: 0, message: { role: 'assistant', content: 'words' }, finish_reason: 'stop' }];
    const text = JSON.stringify({ ...HEAD, object: 'chat.completion', choices, usage: usageOf(output) });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
    response.end(text);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answered = () => [...calls.values()].filter(({ state }) => state === 'answered');
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    /** By the name of the call: `open`, `answered` or `cut`, and what it cost. */
    calls,
    /** Nano-dollars of all that were answered. */
    spent: () => answered().reduce((sum, { cost }) => sum + cost, 0),
    answered: () => answered().length,
    /** Milliseconds in which nothing was open. */
    idle: () => (open > 0 ? 0 : performance.now() - idleSince),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const HEAD = { id: 'c1', created: 1, model: 'one' };
const CHUNK = 'chat.completion.chunk';
const event = (choice) => `data: ${JSON.stringify({ ...HEAD, object: CHUNK, choices: [{ index: 0, ...choice }] })}\n\n`;
const usageOf = (output) => ({ prompt_tokens: PROMPT, completion_tokens: output, total_tokens: PROMPT + output });
