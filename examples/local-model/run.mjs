/**
 * A real model through the real line: client → Postern in Express → a server of OpenAI's format → SmolLM2 on one thread of the CPU.
 *
 *   node examples/local-model/run.mjs <folder with node-llama-cpp and a .gguf>
 */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llmGateway } from '@postern/express';
import express from 'express';
import OpenAI from 'openai';
import { serveModel } from './model-server.mjs';

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('.', import.meta.url)));
const file = readdirSync(folder).find((name) => name.endsWith('.gguf'));
if (file === undefined) throw new Error(`there is no .gguf file in ${folder}; see README.md`);

const loading = performance.now();
const local = await serveModel(folder, join(folder, file));
const megabytes = Math.round(statSync(join(folder, file)).size / 1e6);
console.log(`${file}: ${megabytes} MB, loaded in ${Math.round(performance.now() - loading)} ms`);

const ai = llmGateway({
  access: 'open',
  providers: { local: { format: 'openai-chat', baseUrl: `${local.url}/v1`, auth: 'none' } },
  models: { small: 'local/smollm2-135m' },
  log: { warn() {}, error: console.error },
});
const ends = [];
ai.gateway.events.on('request-end', (end) => ends.push(end));
/** What the gateway says of the last request. */
function account() {
  const { outcome, usage, duration } = ends.pop();
  const estimated = usage?.estimated === true ? ' (estimated)' : '';
  console.log(
    `  [${outcome}, ${usage?.input ?? '?'} tokens in, ${usage?.output ?? '?'} out${estimated}, ${duration} ms]`,
  );
}
const server = express().use('/ai', ai).listen(0, '127.0.0.1');
await new Promise((listening) => server.once('listening', listening));
const url = `http://127.0.0.1:${server.address().port}/ai`;
const client = new OpenAI({ apiKey: 'unused', baseURL: `${url}/v1` });

const ask = (content) => [{ role: 'user', content }];

console.log('\n1. The openai client');
const question = ask('What is the capital of France?');
console.log(`> ${question[0].content}`);
const completion = await client.chat.completions.create({ model: 'small', messages: question, max_tokens: 48 });
console.log(`< ${completion.choices[0].message.content}`);
account();

console.log('\n2. The openai client, streamed, with the turn before');
const messages = [...question, completion.choices[0].message, { role: 'user', content: 'Why is the sky blue?' }];
console.log(`> ${messages.at(-1).content}`);
const asked = performance.now();
const chunks = await client.chat.completions.create({ model: 'small', messages, max_tokens: 64, stream: true });
let first;
let pieces = 0;
process.stdout.write('< ');
for await (const chunk of chunks) {
  const text = chunk.choices[0]?.delta.content ?? '';
  if (text === '') continue;
  first ??= performance.now() - asked;
  pieces += 1;
  process.stdout.write(text);
}
console.log(`\n  (${pieces} pieces, the first after ${Math.round(first)} ms)`);
account();

console.log('\n3. A request in Anthropic’s format');
const post = (body) =>
  fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'small', max_tokens: 48, system: 'Answer in one sentence.', ...body }),
  });
const body = { messages: [{ role: 'user', content: 'Name three colours.' }] };
console.log(`> ${body.messages[0].content}`);
const message = await post(body);
console.log(`< ${message.status} x-postern-model: ${message.headers.get('x-postern-model')}`);
console.log(`< ${JSON.stringify(await message.json())}`);
account();

console.log('\n4. The same, streamed');
const events = (await (await post({ ...body, stream: true })).text()).split('\n\n').filter(Boolean);
for (const [index, event] of events.entries()) {
  if (index < 4 || index > events.length - 4) console.log(`< ${event.replace('\n', ' ')}`);
  else if (index === 4) console.log(`< … ${events.length - 7} more`);
}
account();

console.log('\n5. A client that leaves: the model stops');
const left = await client.chat.completions.create({
  model: 'small',
  messages: ask('Write a long story about the sea.'),
  max_tokens: 512,
  stream: true,
});
for await (const chunk of left) if (chunk.choices[0]?.delta.content) break;
const stopped = await local.last.completion;
console.log(`  the model wrote ${stopped.usage.completion_tokens} of 512 tokens, aborted: ${stopped.aborted}`);
account();

server.close();
server.closeAllConnections();
await ai.gateway.close();
await local.close();
