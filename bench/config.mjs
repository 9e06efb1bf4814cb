/** How Postern is set up for each variant: an identity, aliases for the models, one provider. */
import { MODELS } from './figures.mjs';

const KEY = { apiKey: 'bench' };

const PROVIDERS = {
  exact: (origin) => ({ ...KEY, format: 'openai-chat', auth: 'bearer', fidelity: 'exact', baseUrl: `${origin}/v1` }),
  compatible: (origin) => ({
    ...KEY,
    format: 'openai-chat',
    auth: 'bearer',
    fidelity: 'compatible',
    baseUrl: `${origin}/v1`,
  }),
  limited: (origin) => PROVIDERS.exact(origin),
  translated: (origin) => ({ ...KEY, extends: 'anthropic', baseUrl: origin }),
};

/** Of each request three scopes are asked, for what is counted in three ways; nothing is ever refused. */
const LIMITS = {
  access: { identify: () => ({ id: 'bench', user: 'ann', team: 'red' }) },
  prices: { 'upstream/*': { perMillionTokens: { input: '1', output: '10' } } },
  limits: [
    { scope: 'caller', counts: 'requests', max: 1e9, per: 'minute' },
    { scope: 'user', counts: 'tokens', max: 1e12, per: 'minute' },
    { scope: 'team', counts: 'usd', max: 1e6, per: 'day' },
  ],
};

/** @param {'exact' | 'compatible' | 'limited' | 'translated'} variant */
export function configOf(variant, origin) {
  return {
    access: { identify: () => ({ id: 'bench' }) },
    providers: { upstream: PROVIDERS[variant](origin) },
    // The load comes from loopback, where every header would be shown: what a client elsewhere gets is measured.
    expose: 'minimal',
    models: Object.fromEntries(MODELS.map((name) => [name, `upstream/${name}`])),
    log: { warn() {}, error: (message, fields) => console.error(message, fields) },
    ...(variant === 'limited' ? LIMITS : {}),
  };
}
