/** LiteLLM's proxy on loopback, one worker, its retries and its telemetry off: as fast as it comes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODELS } from '../figures.mjs';
import { output, start, stop } from '../processes.mjs';
import { cache, freePort } from '../tools.mjs';
import { installLitellm } from './install.mjs';

const ENVIRONMENT = {
  LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  LITELLM_TELEMETRY: 'False',
  LITELLM_LOG: 'ERROR',
  DISABLE_ADMIN_UI: 'True',
  NO_DOCS: 'True',
  // It takes a stream that says the same again and again for a fault; the upstream's streams do.
  REPEATED_STREAMING_CHUNK_LIMIT: '1000000',
};

/** @returns {Promise<{ name: string, targets: object, stop: Function }>} `targets`: by variant, where and how to ask */
export async function startLitellm({ origin }) {
  const bin = await installLitellm();
  const version = await versionOf(bin);
  const config = join(cache, 'litellm.yaml');
  writeFileSync(config, configOf(origin));
  const port = await freePort();
  const args = ['--config', config, '--host', '127.0.0.1', '--port', String(port)];
  const child = start('server', join(bin, 'litellm'), args, {
    env: { ...process.env, ...ENVIRONMENT },
    stdio: 'ignore',
  });
  await alive(port, child);
  const target = {
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    pid: child.pid,
    headers: ['Authorization: Bearer sk-bench'],
  };
  const targets = { exact: target, translated: { ...target, modelOf: (name) => `claude-${name}` } };
  return { name: `LiteLLM ${version}`, share: 0.05, warmShare: 0.02, targets, stop: () => stop(child) };
}

function configOf(origin) {
  const models = MODELS.flatMap((name) => [
    { name, model: `openai/${name}`, base: `${origin}/v1` },
    { name: `claude-${name}`, model: `anthropic/${name}`, base: origin },
  ]);
  return JSON.stringify({
    model_list: models.map(({ name, model, base }) => ({
      model_name: name,
      litellm_params: { model, api_base: base, api_key: 'bench' },
    })),
    litellm_settings: { num_retries: 0, telemetry: false, drop_params: true },
    router_settings: { num_retries: 0, disable_cooldowns: true },
    general_settings: { master_key: 'sk-bench' },
  });
}

async function versionOf(bin) {
  const script = "import importlib.metadata as m; print(m.version('litellm'))";
  return (await output('tools', join(bin, 'python'), ['-c', script])).trim();
}

/** Until it says that it is alive; it takes its time. */
async function alive(port, child) {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health/liveliness`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  await stop(child);
  throw new Error('it did not come up in 120 s');
}
