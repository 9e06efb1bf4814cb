/** The answer that the simulated model gives to a scenario's question when nothing is wrong: asked of it directly, without a gateway. */
import { serveSim } from '@postern/sim';
import { questionOf } from './ask.mjs';
import { open } from './client.mjs';
import { readWhole } from './read.mjs';

const answers = new Map();

/** `{ text, calls }` */
export function knownAnswer({ ask = {}, deployments, script = 'text-20' }) {
  const tools = ask.tools === true;
  // What these say is other text, or other calls.
  const fault = ['utf8', 'paralleltools'].find((name) => deployments.some(({ plays }) => plays === name));
  const { prompt } = ask;
  const key = `${script} ${fault} ${tools} ${prompt}`;
  const topic = { tools, ...(prompt === undefined ? {} : { prompt }) };
  if (!answers.has(key)) answers.set(key, asked(fault === undefined ? script : `${script}+${fault}`, topic));
  return answers.get(key);
}

async function asked(script, topic) {
  const sim = await serveSim();
  const headers = { authorization: 'Bearer k' };
  const question = questionOf({ client: 'openai-chat', model: `sim-${script}`, headers, ...topic });
  const { body } = await open(sim.url, question).answer;
  await sim.close();
  const { calls, error, text } = readWhole('openai-chat', body.toString());
  if (error !== undefined) throw new Error(`the simulated model refuses the question: ${error}`);
  return { text, calls };
}
