/**
 * Callers ask for the model `auto`, and a policy decides by what they ask: code goes to the big model, small talk to the small one, and nothing may cost more than a cent.
 * A second policy learns from feedback which model is good enough for which task.
 *
 *   node examples/auto-routing/main.mjs
 */
import { once } from 'node:events';
import { llmGateway } from '@postern/express';
import { policy } from '@postern/policies';
import { serveSim } from '@postern/sim';
import express from 'express';

const sim = await serveSim();
const price = (input, output) => ({ perMillionTokens: { input, output } });

const ai = llmGateway({
  access: 'open',
  providers: { sim: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'any' } },
  models: { small: 'sim/sim-text-8', middle: 'sim/sim-text-12', big: 'sim/sim-text-16' },
  // With real providers: `priceBook: prices()` of @postern/prices.
  prices: {
    'sim/sim-text-8': price('0.1', '0.4'),
    'sim/sim-text-12': price('1', '5'),
    'sim/sim-text-16': price('5', '25'),
  },
  policies: {
    auto: policy({
      among: ['small', 'middle', 'big'],
      // Models of known families have a tier already.
      tiers: { small: 1, middle: 2, big: 4 },
      maxCost: '0.05',
      rules: [
        { when: { task: ['code', 'math'] }, objective: 'best' },
        { when: { task: ['translation', 'summary', 'extraction'] }, minTier: 2 },
      ],
    }),
    learning: policy({ among: ['small', 'big'], bandit: true }),
  },
  explain: true,
  feedback: true,
  expose: 'all',
  log: { warn() {}, error() {} },
});

const server = express().use('/ai', ai).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/ai`;
const post = (path, body, headers = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const chat = (model, content, headers) =>
  post('/v1/chat/completions', { model, messages: [{ role: 'user', content }] }, headers);

const PROMPTS = [
  'Hi! How are you today?',
  'Write a Python function that merges two sorted lists.',
  'Übersetze ins Englische: Der Zug fährt um acht.',
  'Résous l’équation x² + 2x - 8 = 0.',
  '次の記事を三行で要約してください。',
];
for (const prompt of PROMPTS) {
  const response = await chat('auto', prompt);
  await response.text();
  const told = await (await fetch(`${url}/explain/${response.headers.get('x-postern-request-id')}`)).json();
  const { language } = told.question.policy.view;
  const [name] = told.attempts[0].deployment.split('#');
  console.log(`${name.padEnd(7)} ${language}  ${prompt.slice(0, 42).padEnd(44)} ${told.plan[0].reason}`);
}

const refused = await chat('auto', PROMPTS[1], { 'x-postern-max-cost': '0.000001' });
console.log(`\n${refused.status} ${(await refused.json()).error.message}`);

// Whoever asks says how good the answers were: here the small model is good enough for small talk, and for code it is not.
const GOOD = { chat: { small: 0.9, big: 0.8 }, code: { small: 0.2, big: 0.9 } };
const asked = { chat: {}, code: {} };
for (let round = 0; round < 150; round++) {
  for (const [task, prompt] of [
    ['chat', PROMPTS[0]],
    ['code', PROMPTS[1]],
  ]) {
    const response = await chat('learning', prompt);
    await response.text();
    const [name] = response.headers.get('x-postern-deployment').split('#');
    asked[task][name] = (asked[task][name] ?? 0) + 1;
    await post('/v1/feedback', {
      request_id: response.headers.get('x-postern-request-id'),
      score: Number(Math.random() < GOOD[task][name]),
    });
  }
}
console.log('\nwhat feedback led to, of 150 requests each:');
for (const [task, { small = 0, big = 0 }] of Object.entries(asked)) console.log(`${task}: small ${small}, big ${big}`);

server.close();
await ai.gateway.close();
await sim.close();
server.closeIdleConnections();
