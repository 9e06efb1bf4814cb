/**
 * Moving an application that uses the `openai` client: one line changes, `baseURL`. What answers behind it is the gateway's business;
 * here it is a provider that speaks Anthropic's format, and the application doesn't notice.
 *
 *   node examples/migrate-from-openai-client/main.mjs
 */
import { llmGateway } from '@postern/express';
import { serveSim } from '@postern/sim';
import express from 'express';
import OpenAI from 'openai';
import { chat, stream, tools } from './app.mjs';

// The key that the application sends is now one of yours, and says which application it is.
const APPS = new Map([['Bearer of-the-shop', { id: 'shop' }]]);

const sim = await serveSim();
const ai = llmGateway({
  access: { identify: (request) => APPS.get(request.header('authorization')) }, // nobody: 401
  providers: { other: { extends: 'anthropic', baseUrl: sim.url, apiKey: 'any' } },
  // The application goes on asking for the names that it has always asked for.
  models: { 'gpt-5.4-mini': 'other/sim-text-12', 'gpt-5.6': 'other/sim-tools' },
});
const server = express().use('/ai', ai).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

// Before:  new OpenAI({ apiKey })
// After:   new OpenAI({ apiKey, baseURL: 'https://your.app/ai/v1' })
const client = new OpenAI({ apiKey: 'of-the-shop', baseURL: `${url}/ai/v1` });

console.log('chat:  ', await chat(client, 'gpt-5.4-mini'));
console.log('stream:', await stream(client, 'gpt-5.4-mini'));
console.log('tools: ', await tools(client, 'gpt-5.6'));

// The provider was really asked in its own format.
console.log('wire:  ', new Set(sim.calls.map((call) => `${call.method} ${call.path}`)));

server.close();
server.closeAllConnections();
await ai.gateway.close();
await sim.close();
