/** A scenario's providers, and a gateway in a host before them. */
import { memoryStore } from '@postern/core';
import { serveSim } from '@postern/sim';
import { HOSTS } from '../../../test/soak/hosts.mjs';
import { hastyClock } from './clock.mjs';
import { keyOf, SECRET } from './secrets.mjs';

const CHAT = {
  format: 'openai-chat',
  auth: 'bearer',
  fidelity: 'exact',
  serves: ['chat', 'embeddings', 'images', 'speech'],
};
const SPEAKS = {
  'openai-chat': (origin) => ({ ...CHAT, baseUrl: `${origin}/v1` }),
  'anthropic-messages': (baseUrl) => ({ extends: 'anthropic', baseUrl }),
  gemini: (origin) => ({ extends: 'gemini', baseUrl: `${origin}/v1beta` }),
  'openai-responses': (origin) => ({ extends: 'openai-responses', baseUrl: `${origin}/v1` }),
  cohere: (baseUrl) => ({ extends: 'cohere', baseUrl }),
  ollama: (baseUrl) => ({ extends: 'ollama', baseUrl }),
  'bedrock-converse': (baseUrl) => ({ extends: 'bedrock', baseUrl }),
};
const KB = 1_024;
const ENDLESS = Number.POSITIVE_INFINITY;
/** Silences last until somebody ends them, unless a scenario says otherwise; what is huge is as large as it is worth. */
const SIZES = { stall: ENDLESS, slow: ENDLESS, lateHeaders: ENDLESS, trickle: 50, secret: SECRET };
const SHORT = { bigLine: 600 * KB, bomb: 4_096 * KB };
const SMALL_CAPS = { maxBytes: 256 * KB, maxEventBytes: 64 * KB };

const labelled = (deployments) =>
  deployments.map((deployment, index) => ({ label: `d${index}`, alias: 'm', ...deployment }));

/** @param short faults that are small enough to play them often, with caps that are as small */
export async function stageOf(scenario, mount, short) {
  const { config = {}, script, sizes = {}, store: weather, timeouts, retries } = scenario;
  const places = labelled(scenario.deployments);
  const asked = new Map();
  const state = { well: false };
  const sim = await serveSim({
    sizes: { ...SIZES, ...(short ? SHORT : {}), ...sizes },
    now: () => performance.now(),
    fault: (call) => faultOf(places, asked, state, call),
  });
  const clock = hastyClock(scenario.clock === 'stands');
  const store = memoryStore();
  const own = { ...(timeouts ? { timeouts } : {}), ...(retries === undefined ? {} : { retries }), ...scenario.alias };
  const models = { ...modelsOf(places, script, own), ...scenario.models };
  const host = await HOSTS[mount](
    {
      access: 'open',
      providers: Object.fromEntries(
        places.map(({ label, provider, speaks }) => [
          label,
          { ...SPEAKS[speaks](sim.url), apiKey: keyOf(label), ...provider },
        ]),
      ),
      models,
      limits: [{ scope: 'model', counts: 'tokens', max: 1_000_000_000, per: 'day' }],
      store: weather === undefined ? store : { ...store, limits: WEATHERS[weather](store.limits) },
      ...(scenario.realWaits ? {} : { platform: { clock } }),
      ...(short ? { answer: SMALL_CAPS } : {}),
      ...config,
    },
    ...(scenario.before ?? []).map((make) => make()),
  );
  const ended = [];
  host.gateway.events.on('request-end', (event) => ended.push(event));
  return {
    places,
    sim,
    clock,
    host,
    store,
    ended,
    labelOf: (call) => labelOf(call),
    heal() {
      state.well = true;
    },
    async close() {
      await host.close();
      await sim.close();
    },
  };
}

/** What a call to this deployment meets: `plays` is a fault of all its calls, or a list of what they meet one after the other. */
function faultOf(places, asked, { well }, call) {
  const label = labelOf(call);
  const place = places.find((one) => one.label === label);
  const count = asked.get(label) ?? 0;
  asked.set(label, count + 1);
  if (place === undefined || well) return undefined;
  return Array.isArray(place.plays) ? place.plays[count] : place.plays;
}

const labelOf = ({ model }) => /sim@([^-+]*)/.exec(model)?.[1];

/** Deployments are asked in the order in which they stand in the scenario. */
function modelsOf(places, script = 'text-20', own = {}) {
  const models = {};
  for (const { alias, label, more } of places) {
    models[alias] ??= { deployments: [], ...(alias === 'm' ? own : {}) };
    const { deployments } = models[alias];
    deployments.push({ model: `${label}/sim@${label}-${script}`, order: deployments.length, ...more });
  }
  return models;
}

const WEATHERS = {
  hangs: (limits) => ({ ...limits, admit: () => new Promise(() => {}) }),
  fails: (limits) => ({ ...limits, admit: () => Promise.reject(new Error('the store is away')) }),
};
