/**
 * The gateway as the outside conformance harness asks for it: CONFORMANCE_CONFIG names a JSON file with deployments, PORT is where to listen.
 * Deployments of a format that isn't spoken yet are left out with a line on stderr; their requests get 404.
 */
import { readFileSync } from 'node:fs';
import { llmGateway } from '@postern/express';
import express from 'express';

/** What the harness calls by another name than the catalog. */
const PROVIDERS = { azure: 'azure-deployments' };
const NOT_YET = new Set([]);

const { deployments } = JSON.parse(readFileSync(process.env.CONFORMANCE_CONFIG, 'utf8'));
const providers = {};
const models = {};
for (const { name, provider, model, baseUrl, apiKey, apiVersion } of deployments) {
  if (NOT_YET.has(provider)) {
    console.error(`left out: ${name} (${provider} is not spoken yet)`);
    continue;
  }
  const id = `p-${Object.keys(providers).length}`;
  providers[id] = {
    extends: PROVIDERS[provider] ?? provider,
    baseUrl,
    apiKey,
    ...(apiVersion === undefined ? {} : { settings: { apiVersion } }),
  };
  models[name] = { deployments: [`${id}/${model}`], retries: 0 };
}

const app = express();
app.use(llmGateway({ access: 'open', providers, models }));
app.listen(Number(process.env.PORT), '127.0.0.1');
