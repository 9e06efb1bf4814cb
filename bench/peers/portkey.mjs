/** Portkey's gateway on loopback. A header of each request says where the provider is; the host must be on its list of trusted ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { start, stop } from '../processes.mjs';
import { freePort, listening } from '../tools.mjs';
import { installPortkey } from './install.mjs';

/** @returns {Promise<{ name: string, targets: object, stop: Function }>} `targets`: by variant, where and how to ask */
export async function startPortkey({ origin }) {
  const script = await installPortkey();
  const { version } = JSON.parse(readFileSync(join(script, '../../package.json'), 'utf8'));
  const port = await freePort();
  const environment = { ...process.env, NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' };
  const child = start('server', process.execPath, [script, `--port=${port}`, '--headless'], {
    env: environment,
    stdio: 'ignore',
  });
  await listening(port, 60);
  const target = (provider) => {
    const config = { provider, api_key: 'bench', custom_host: `${origin}/v1` };
    const headers = [`x-portkey-config: ${JSON.stringify(config)}`];
    return { url: `http://127.0.0.1:${port}/v1/chat/completions`, pid: child.pid, headers };
  };
  const targets = { exact: target('openai'), translated: target('anthropic') };
  return { name: `Portkey ${version}`, share: 0.3, warmShare: 0.6, targets, stop: () => stop(child) };
}
