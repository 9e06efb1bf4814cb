import { CODE_KEYS, readCode } from './code.ts';
import { toData } from './data.ts';
import { checkDirect } from './direct-checks.ts';
import { type ConfigEnvironment, knownIn } from './known.ts';
import { checkModels } from './model-checks.ts';
import { type Problem, throwProblems, whatIs } from './problems.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { GatewayConfig } from './types.ts';
import { validate } from './validate.ts';

export type { ConfigEnvironment } from './known.ts';
export type { AccessSettings, DeploymentSettings, ModelSettings, Settings, TimeoutSettings } from './settings.ts';

/**
 * Checks a configuration and fills in its defaults. What a provider needs to be called (row, base URL, key) is checked
 * where providers are resolved.
 * Throws one ConfigError that lists every mistake with its path and what to write instead; no text of a secret is in it.
 */
export function loadConfig<Host = unknown>(config: GatewayConfig<Host>, environment: ConfigEnvironment): Settings {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throwProblems([
      { path: '', text: `The configuration ${whatIs(config)}; write an object such as { access: 'open' }` },
    ]);
  }
  const problems: Problem[] = [];
  const code = readCode(config as object, problems);
  const data = toData(withoutCode(config), problems);
  const declarative = validate(data, problems);
  const known = knownIn(data, environment);
  problems.push(...checkModels(declarative, known), ...checkDirect(declarative, known));
  throwProblems(problems);
  return settingsOf(declarative, code);
}

function withoutCode(config: object): object {
  const isCode = (key: string): boolean => (CODE_KEYS as readonly string[]).includes(key);
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isCode(key)));
}
