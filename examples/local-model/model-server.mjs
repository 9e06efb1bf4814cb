/** A tiny server of OpenAI's chat format around one model on the CPU. One request at a time, as the model has one sequence. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @param {string} folder where node-llama-cpp is installed
 * @param {string} modelPath of a GGUF file
 */
export async function serveModel(folder, modelPath) {
  const { getLlama, LlamaChatSession } = await import(
    pathToFileURL(createRequire(join(folder, 'package.json')).resolve('node-llama-cpp')).href
  );
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 1, logLevel: 'error' });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize: 2048, threads: 1 });
  const sequence = context.getSequence();

  async function answer(
    { messages, max_tokens = 128, max_completion_tokens = max_tokens, temperature = 0 },
    signal,
    onTextChunk,
  ) {
    const before = sequence.tokenMeter.getState();
    const session = new LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false });
    session.setChatHistory(messages.slice(0, -1).map(turnOf));
    const options = { maxTokens: max_completion_tokens, temperature, signal, stopOnAbortSignal: true, onTextChunk };
    const { responseText, stopReason } = await session.promptWithMeta(textOf(messages.at(-1)), options);
    session.dispose({ disposeSequence: false });
    const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter.diff(before);
    await sequence.clearHistory();
    const usage = {
      prompt_tokens: usedInputTokens,
      completion_tokens: usedOutputTokens,
      total_tokens: usedInputTokens + usedOutputTokens,
    };
    return {
      text: responseText,
      finish: stopReason === 'maxTokens' ? 'length' : 'stop',
      usage,
      aborted: stopReason === 'abort',
    };
  }

  /** What the last answer cost, for who wants to see whether the model stopped when its client left. */
  const last = { completion: Promise.resolve(undefined) };
  let line = Promise.resolve();
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    last.completion = line.then(() => (body.stream ? streamed : whole)(body, response, gone.signal));
    line = last.completion.catch((error) => response.destroy(error));
  });

  async function whole(body, response, signal) {
    const { text, finish, usage, aborted } = await answer(body, signal);
    const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...head('chat.completion', body), choices, usage }));
    return { usage, aborted };
  }

  async function streamed(body, response, signal) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (more) =>
      response.write(`data: ${JSON.stringify({ ...head('chat.completion.chunk', body), ...more })}\n\n`);
    const choice = (delta, finish_reason = null) => send({ choices: [{ index: 0, delta, finish_reason }] });
    choice({ role: 'assistant', content: '' });
    const { finish, usage, aborted } = await answer(body, signal, (content) => choice({ content }));
    choice({}, finish);
    if (body.stream_options?.include_usage) send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
    return { usage, aborted };
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    last,
    async close() {
      server.close();
      server.closeAllConnections();
      await line;
      await llama.dispose();
    },
  };
}

const head = (object, { model }) => ({ id: 'chatcmpl-local', object, created: Math.floor(Date.now() / 1000), model });

const textOf = ({ content }) => (typeof content === 'string' ? content : content.map((part) => part.text).join(''));

function turnOf(message) {
  const text = textOf(message);
  return message.role === 'assistant'
    ? { type: 'model', response: [text] }
    : { type: message.role === 'user' ? 'user' : 'system', text };
}
