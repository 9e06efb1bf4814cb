/**
 * What a policy costs: µs of CPU to read the features of a prompt of 3 kB, and for `router.plan` through a policy beyond the plan of an alias, with 3 and with 10
 * candidates. `node bench/own/policies.mjs [--check]`; with --check it fails above 50 µs and 10 µs. Run what is built: `npm run build` first.
 */
import { Fleet, routingOf } from '@postern/core/routing';
import { policy } from '@postern/policies';

const GOALS = { features: 50, choice: 10 };
const ROUNDS = 9;
const MS = 60;
const NOW = 1_000_000;

/** The median of some rounds, in µs of CPU a call. */
function cost(call) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const until = performance.now() + MS;
    let made = 0;
    while (performance.now() < until) for (let at = 0; at < 50; at++, made++) call();
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / made);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1];
}

const SENTENCES = {
  english:
    'Please explain to me how the new billing rules of our company differ from the old ones, and what I have to tell customers. ',
  german:
    'Bitte erkläre mir, wie sich die neuen Regeln der Firma von den alten unterscheiden, und was ich den Kunden sagen soll. ',
  code: 'def merge(left, right):\n    result = []\n    while left and right:\n        result.append(left.pop(0))\n    return result\n',
  russian: 'Пожалуйста, объясни, чем новые правила нашей компании отличаются от старых и что мне говорить клиентам. ',
  chinese: '请解释一下我们公司的新规定和旧规定有什么不同，以及我应该怎么告诉客户。',
};
const requestOf = (text) => {
  const chat = { messages: [{ role: 'user', content: [{ type: 'text', text }] }] };
  return {
    caller: 'ann',
    tags: [],
    stream: true,
    reasoning: false,
    input: 750,
    output: 0,
    header: () => undefined,
    chat: () => chat,
    after: () => () => {},
  };
};

let missed = 0;
const say = (name, found, goal) => {
  if (found > goal) missed++;
  console.log(`${name.padEnd(38)} ${found.toFixed(2).padStart(7)} µs${found > goal ? ` (goal ${goal})` : ''}`);
};

const plain = policy({ among: ['m0'] });
for (const [name, sentence] of Object.entries(SENTENCES)) {
  const request = requestOf(sentence.repeat(Math.ceil(3_000 / sentence.length)).slice(0, 3_000));
  say(
    `features of 3 kB, ${name}`,
    cost(() => plain.read(request)),
    GOALS.features,
  );
}

for (const count of [3, 10]) {
  const names = Array.from({ length: count }, (_, index) => `m${index}`);
  const models = Object.fromEntries(names.map((name) => [name, { deployments: [`a/${name}`], retries: 0 }]));
  const prices = Object.fromEntries(
    names.map((name, index) => [
      `a/${name}`,
      { perMillionTokens: { input: String(index + 1), output: String(index + 2) } },
    ]),
  );
  const tiers = Object.fromEntries(names.map((name, index) => [name, 1 + (index % 4)]));
  const constraints = { minTier: 2, maxCost: '1', maxLatency: '3s' };
  const kinds = {
    'three constraints': policy({ among: names, tiers, ...constraints }),
    bandit: policy({ among: names, bandit: true }),
  };
  const around = { ...models.m0, fallbacks: names.slice(1, 6) };
  for (const [kind, auto] of Object.entries(kinds)) {
    const { router } = routingOf({
      providers: { a: { format: 'openai-chat', baseUrl: 'https://a.test/v1', apiKey: 'k' } },
      models: { ...models, alias: { ...around, fallbacks: names.slice(0, 6) } },
      prices,
      feedback: true,
      policies: { auto },
    });
    const { plan } = router(new Fleet());
    const view = auto.read(requestOf('Hello'));
    let asked = 0;
    const question = (model) => ({
      model,
      caller: 'ann',
      tags: [],
      stream: true,
      input: 1_000,
      output: 0,
      session: undefined,
      prompt: undefined,
      ...(model === 'auto' ? { policy: { view, among: names } } : {}),
      now: NOW,
      seed: asked++,
    });
    const alias = cost(() => plan(question('alias')));
    const chosen = cost(() => plan(question('auto')));
    say(`choice among ${count}, ${kind}`, chosen - alias, GOALS.choice);
  }
}
console.log(`${missed} above their goal`);
if (process.argv.includes('--check') && missed > 0) process.exitCode = 1;
