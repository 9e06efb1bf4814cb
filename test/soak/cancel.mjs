/**
 * How long the upstream runs on after its client has left: `node test/soak/cancel.mjs [rounds]`, after `npm run build`.
 * Client, gateway and simulated provider share this process, so the figures hold the delays of all three. More than 100 ms is more than promised.
 */
import { connect } from 'node:net';
import { serveSim } from '@postern/sim';
import { HOSTS, providersAt } from './hosts.mjs';

const ROUNDS = Number(process.argv[2] ?? 50);
const PROMISED = 100;
const endless = Number.POSITIVE_INFINITY;
const PHASES = [
  ['before the first byte of a stream', 'late-headers', true, false],
  ['between headers and first content', 'slow', true, false],
  ['in the middle of a stream', 'stall', true, true],
  ['during a call that is not streamed', 'slow', false, false],
];

let late = 0;
for (const [name, start] of Object.entries(HOSTS)) {
  for (const [phase, fault, stream, reads] of PHASES) {
    const sim = await serveSim({
      sizes: { stall: endless, slow: endless, lateHeaders: endless },
      now: () => performance.now(),
    });
    const host = await start({ access: 'open', providers: providersAt(sim.url) });
    const times = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await leave(host.url, sim, fault, stream, reads));
    report(
      name,
      phase,
      times.sort((a, b) => a - b),
    );
    await host.close();
    await sim.close();
  }
}
process.exitCode = late > 0 ? 1 : 0;

/** Milliseconds from the client's leaving to the end that the provider saw. */
async function leave(url, sim, fault, stream, reads) {
  const { port, pathname } = new URL(url);
  const body = JSON.stringify({ model: `oa/sim+${fault}`, stream, messages: [{ role: 'user', content: 'hello' }] });
  const socket = connect(Number(port), '127.0.0.1');
  const coming = sim.arrived((sim.calls.at(-1)?.number ?? 0) + 1);
  socket.write(
    `POST ${pathname}/v1/chat/completions HTTP/1.1\r\nhost: soak\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const call = await coming;
  if (reads) await new Promise((resolve) => socket.once('data', resolve));
  else await new Promise((resolve) => setTimeout(resolve, 5));
  const left = performance.now();
  socket.destroy();
  const end = await call.ended;
  if (end !== 'cancelled') throw new Error(`the provider saw the end '${end}'`);
  return (call.endedAt ?? Number.NaN) - left;
}

function report(name, phase, times) {
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1).padStart(7);
  const over = times.filter((time) => time > PROMISED).length;
  late += over;
  console.log(
    `${name.padEnd(18)} ${phase.padEnd(36)} median ${at(0.5)} ms   p99 ${at(0.99)} ms   most ${at(1)} ms   over ${PROMISED} ms: ${over} of ${times.length}`,
  );
}
