/**
 * What a line of 60 MB and a body of 200 MB zipped to 200 kB cost the gateway: `node test/soak/huge.mjs`, after `npm run build`.
 * The gateway runs in a process of its own, which says how much its memory grew and how long its event loop stood still.
 * Promised: at most 64 MB more, and an error for the client.
 */
import { fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { serveSim } from '@postern/sim';
import { HOSTS, providersAt } from './hosts.mjs';

const MB = 1024 * 1024;
const PROMISED = 64;

if (process.argv[2] === 'gateway') await gateway(process.argv[3], process.argv[4]);
else await everything();

async function everything() {
  let broken = 0;
  const sim = await serveSim();
  for (const name of Object.keys(HOSTS)) {
    for (const fault of ['bigline', 'bomb']) {
      for (const provider of ['oa', 'an', 'ge']) {
        for (const stream of [false, true]) {
          const seen = await measure(name, sim.url, `${provider}/sim+${fault}`, stream);
          const bad = seen.status < 500 || seen.grown > PROMISED;
          broken += bad ? 1 : 0;
          console.log(
            `${bad ? 'NO ' : 'ok '} ${name.padEnd(18)} ${fault.padEnd(8)} ${provider} ${stream ? 'stream' : 'whole '}  status ${seen.status}  RSS +${seen.grown.toFixed(0).padStart(3)} MB  loop delay ${seen.delay.toFixed(0).padStart(4)} ms  ${seen.seconds.toFixed(1)} s`,
          );
        }
      }
    }
  }
  await sim.close();
  process.exitCode = broken > 0 ? 1 : 0;
}

async function measure(name, origin, model, stream) {
  const child = fork(fileURLToPath(import.meta.url), ['gateway', name, origin]);
  const next = () => new Promise((resolve) => child.once('message', resolve));
  const { url } = await next();
  const ask = (asked, streamed) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: asked, stream: streamed, messages: [{ role: 'user', content: 'hello' }] }),
    });
  for (let warm = 0; warm < 20; warm++) await (await ask('oa/sim', warm % 2 === 0)).text();
  child.send('begin');
  await next();
  const started = performance.now();
  const response = await ask(model, stream);
  const body = await response.text();
  const seconds = (performance.now() - started) / 1000;
  child.send('end');
  const { grown, delay } = await next();
  child.kill();
  // A stream that has begun says its error inside, which counts as one here.
  return { status: response.status === 200 && body.includes('"error"') ? 599 : response.status, seconds, grown, delay };
}

async function gateway(name, origin) {
  const host = await HOSTS[name]({ access: 'open', providers: providersAt(origin) });
  const loop = monitorEventLoopDelay({ resolution: 5 });
  let [before, most] = [0, 0];
  let sampling;
  process.on('message', (word) => {
    if (word === 'begin') {
      globalThis.gc?.();
      before = process.memoryUsage().rss;
      most = before;
      loop.enable();
      sampling = setInterval(() => {
        most = Math.max(most, process.memoryUsage().rss);
      }, 2);
      process.send('begun');
    } else {
      clearInterval(sampling);
      process.send({ grown: (Math.max(most, process.memoryUsage().rss) - before) / MB, delay: loop.max / 1e6 });
    }
  });
  process.send({ url: host.url });
}
