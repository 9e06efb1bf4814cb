/**
 * The gateway without HTTP: a program asks it directly. Routing, retries, limits and events are those of a request from outside.
 *
 *   node examples/in-process/main.mjs
 */
import { createGateway } from '@postern/core';
import { simDispatcher } from '@postern/sim';
import * as z from 'zod';

const gateway = createGateway({
  access: 'open',
  providers: { sim: { extends: 'anthropic', apiKey: 'any' } },
  models: { helper: 'sim/sim-tools', writer: 'sim/sim-reasoning-6-text-30' },
  // Without a network: every call is answered in this process. Leave it out and the provider is really called.
  platform: { dispatcher: simDispatcher() },
  log: { warn() {}, error: console.error },
});
const calling = { caller: { id: 'batch-job' } }; // the program vouches for it; it appears in events and in the ledger

// A tool's input is a zod schema (or JSON Schema): the provider gets it as JSON Schema, the program gets the call parsed and checked.
const tools = {
  weather: {
    description: 'The weather in a city',
    input: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']).default('celsius') }),
  },
};
const messages = [{ role: 'user', content: 'Weather in Bern?' }];

const asked = await gateway.chat({ model: 'helper', messages, tools }, calling);
for (const call of asked.toolCalls) {
  // A model can write anything; what does not fit the schema says so here instead of failing the request.
  if (call.problem !== undefined) throw new Error(`${call.name}: ${call.problem}`);
  console.log(`calls ${call.name} for ${call.input.city} in ${call.input.unit}`);
  // The turn goes back as it came (`reply` is the answer whole, signatures included), and the tool's result behind it.
  messages.push({ role: 'assistant', content: asked.reply.choices[0].content });
  messages.push({
    role: 'tool',
    content: [{ type: 'tool-result', callId: call.id, content: [{ type: 'text', text: '21 degrees' }] }],
  });
}
const answered = await gateway.chat({ model: 'helper', messages, tools }, calling);
console.log(`answer: ${answered.text}`);

// The same as a stream of events, in the same form whoever answers.
const stream = await gateway.stream(
  { model: 'writer', messages: [{ role: 'user', content: 'A short story, please' }] },
  calling,
);
for await (const event of stream) {
  if (event.type === 'text-delta') process.stdout.write(event.text);
}
const { usage, attempts } = await stream.result;
console.log(`\n${usage.output} tokens from ${attempts.at(-1).modelServed}`);

await gateway.close();
