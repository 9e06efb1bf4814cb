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
  translated: (origin) => ({ ...KEY, extends: 'anthropic', baseUrl: origin }),
};

/** @param {'exact' | 'compatible' | 'translated'} variant */
export function configOf(variant, origin) {
  return {
    access: { identify: () => ({ id: 'bench' }) },
    providers: { upstream: PROVIDERS[variant](origin) },
    // The load comes from loopback, where every header would be shown: what a client elsewhere gets is measured.
    expose: 'minimal',
    models: Object.fromEntries(MODELS.map((name) => [name, `upstream/${name}`])),
    log: { warn() {}, error: (message, fields) => console.error(message, fields) },
  };
}
