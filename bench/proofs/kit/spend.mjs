/** Callers who go on until nothing more is to be had. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './client.mjs';

/** So long has nothing been open when a refusal is believed: the last settlement may still be on its way. */
const QUIET = 500;

/**
 * `clients` at each gateway, each with one call after the other, until they are refused while nothing is open. What is refused is tried again, later
 * and later. Answers what became of all calls.
 */
export async function spendAll(gateways, upstream, clients, title, more = {}) {
  const answers = [];
  let number = 0;

  async function client(gateway) {
    let wait = 50;
    for (;;) {
      number += 1;
      const answer = await ask(gateway, { call: `${title}-${number}`, ...more });
      answers.push(answer);
      if (answer.status === 200) {
        wait = 50;
        continue;
      }
      if (upstream.idle() > QUIET) return;
      await sleep(wait * (0.5 + Math.random()));
      wait = Math.min(800, wait * 2);
    }
  }

  await Promise.all(gateways.flatMap((gateway) => Array.from({ length: clients }, () => client(gateway))));
  return answers;
}
