import { describe, expect, it } from 'vitest';
import { WIRE_FORMATS } from '../adapters/format.ts';
import { isGatewayError } from '../kit/errors.ts';
import { memoryStore } from '../store/memory.ts';
import { loadConfig } from './load.ts';
import type { GatewayConfig } from './types.ts';

/** Every way in which people get a configuration wrong: what they wrote, where it is, what the message has to say. */
interface Mistake {
  readonly title: string;
  readonly config: unknown;
  readonly path: string;
  readonly says: readonly string[];
}

const SECRET = 'sk-canary-4f1d9b2c7e';
const [format] = WIRE_FORMATS;
const row = { format, baseUrl: 'https://llm.acme.test/v1', apiKey: SECRET };
const providers = { acme: row };
const access = 'open';
const noop = (): undefined => undefined;

const environment = {
  knownProvider: (id: string) => id === 'globex' || id === 'initech',
  providerIds: ['globex', 'initech'],
};

const policy = { among: ['other'], read: () => ({ task: 'any' }), choose: () => ({ order: [] }) };
/** A valid configuration with a policy that is valid but for `changed`. */
const withPolicy = (changed: object = {}, more: object = {}, smart: unknown = 'acme/big'): unknown => ({
  access,
  providers,
  models: { smart, other: 'acme/small' },
  policies: { auto: { ...policy, ...changed } },
  ...more,
});

/** A valid configuration with one alias changed. */
const withModel = (model: unknown): unknown => ({ access, providers, models: { smart: model, other: 'acme/small' } });
const withDeployment = (deployment: unknown): unknown => withModel({ deployments: [deployment] });
const withProvider = (extra: object): unknown => ({ access, providers: { acme: { ...row, ...extra } } });

const circular: Record<string, unknown> = { idle: '30s' };
circular.total = circular;

const withRule = (rule: object): unknown => ({
  access,
  providers,
  passThrough: { acme: { paths: ['/v1/x'], ...rule } },
});

const withLimit = (more: object): unknown => ({
  access,
  limits: [{ scope: 'user', counts: 'requests', max: 1, ...more }],
});

const withPrice = (price: unknown): unknown => ({ access, providers, prices: { 'acme/small': price } });

const withConcurrency = (concurrency: unknown): unknown => withDeployment({ model: 'acme/big', concurrency });
const withHedge = (hedge: unknown, more: object = {}): unknown =>
  withModel({ deployments: ['acme/big', 'acme/small'], hedge, ...more });

const MISTAKES: readonly Mistake[] = [
  {
    title: 'room for no call',
    config: withConcurrency({ max: 0 }),
    path: 'models.smart.deployments.0.concurrency.max',
    says: ['is 0', 'from 1'],
  },
  {
    title: 'a queue of less than nobody',
    config: withConcurrency({ max: 4, queue: -1 }),
    path: 'models.smart.deployments.0.concurrency.queue',
    says: ['is -1', 'from 0'],
  },
  {
    title: 'concurrency that limits nothing',
    config: withConcurrency({ queue: 5 }),
    path: 'models.smart.deployments.0.concurrency',
    says: ['limits nothing', '`adaptive: true`'],
  },
  {
    title: 'a wait in a queue for nobody',
    config: withConcurrency({ max: 4, queue: 0, wait: '5s' }),
    path: 'models.smart.deployments.0.concurrency.wait',
    says: ['`queue` is 0', 'take it out'],
  },
  {
    title: 'a hedge after another quantile',
    config: withHedge({ after: 'p99' }),
    path: 'models.smart.hedge.after',
    says: ['`p95`'],
  },
  { title: 'hedges for nothing', config: withHedge({ extra: 0 }), path: 'models.smart.hedge.extra', says: ['above 0'] },
  {
    title: 'a hedge with nobody else to ask',
    config: withHedge(true, { deployments: ['acme/big'] }),
    path: 'models.smart.hedge',
    says: ['another deployment', '`fallbacks`'],
  },
  {
    title: 'a hedge without a second attempt',
    config: withHedge(true, { retries: 0 }),
    path: 'models.smart.hedge',
    says: ['`retries` is 0'],
  },
  { title: 'nothing at all', config: undefined, path: '', says: ['is missing', "{ access: 'open' }"] },
  {
    title: 'a header of keys that is none',
    config: withProvider({ idempotencyHeader: 'Idempotency Key' }),
    path: 'providers.acme.idempotencyHeader',
    says: ['a header name such as `idempotency-key`'],
  },
  {
    title: 'a continuation by nothing',
    config: withModel({ deployments: ['acme/big'], continuation: { instruct: false } }),
    path: 'models.smart.continuation.instruct',
    says: ['write true'],
  },
  {
    title: 'a continuation that is no switch',
    config: { access, providers, continuation: 'always' },
    path: 'continuation',
    says: ['write true, or { instruct: true }'],
  },
  {
    title: 'explanations of no requests',
    config: { access, providers, explain: { keep: 0 } },
    path: 'explain.keep',
    says: ['from 1'],
  },
  {
    title: 'explanations that are neither on nor off',
    config: { access, providers, explain: 'yes' },
    path: 'explain',
    says: ['true, false or { keep: 1000 }'],
  },
  {
    title: 'a rule for a provider that is not configured',
    config: { access, providers, passThrough: { acne: { paths: ['/v1/x'] } } },
    path: 'passThrough.acne',
    says: ['`acne` is not configured', 'did you mean `acme`?'],
  },
  {
    title: 'a price in a number, which would lose digits',
    config: withPrice({ perMillionTokens: { input: 0.75 } }),
    path: 'prices.acme/small.perMillionTokens.input',
    says: ['is 0.75', "a text such as '0.75'"],
  },
  {
    title: 'a price below 0',
    config: withPrice({ perMillionTokens: { input: '-1' } }),
    path: 'prices.acme/small.perMillionTokens.input',
    says: ["a text such as '0.75'"],
  },
  {
    title: 'a price that is no whole number of nano-dollars',
    config: withPrice({ perMillionTokens: { input: '0.0000000001' } }),
    path: 'prices.acme/small.perMillionTokens.input',
    says: ['at most 9 decimals'],
  },
  {
    title: 'a price beyond 2⁵³ nano-dollars',
    config: withPrice({ perUnit: { outputImages: '9.008' } }),
    path: 'prices.acme/small.perUnit.outputImages',
    says: ['is no such amount', 'at most 9'],
  },
  {
    title: 'a price of a class that there is not',
    config: withPrice({ perMillionTokens: { outputs: '1' } }),
    path: 'prices.acme/small.perMillionTokens',
    says: ['`outputs`', 'did you mean `output`?'],
  },
  {
    title: 'a discount of more than everything',
    config: withPrice({ adjust: -1001 }),
    path: 'prices.acme/small.adjust',
    says: ['from -1000'],
  },
  {
    title: 'hours of a tier that are no times',
    config: withPrice({ tiers: [{ hours: ['9:00', '17:00'] }] }),
    path: 'prices.acme/small.tiers.0.hours.0',
    says: ['such as `16:30`'],
  },
  {
    title: 'a budget where nothing has a price and that is to be served',
    config: {
      access,
      providers,
      limits: [
        { scope: 'user', counts: 'requests', max: 1 },
        { scope: 'user', counts: 'usd', max: 1 },
      ],
      unknownPrice: 'flag',
    },
    path: 'limits.1.counts',
    says: ['would never refuse'],
  },
  {
    title: 'a price of a provider that is not there',
    config: { access, providers, prices: { 'acne/small': {} } },
    path: 'prices.acne/small',
    says: ['unknown provider `acne`', 'did you mean `acme`?'],
  },
  {
    title: 'a price of no model',
    config: { access, providers, prices: { acme: {} } },
    path: 'prices.acme',
    says: ['names no model', '`provider/*`'],
  },
  {
    title: 'a price of half a name',
    config: { access, providers, prices: { 'acme/small*': {} } },
    path: 'prices.acme/small*',
    says: ['a `*` within a name'],
  },
  {
    title: 'a price book that is none',
    config: { access, providers, priceBook: { find: noop } },
    path: 'priceBook',
    says: ['is no price book', '`prices`'],
  },
  {
    title: 'a rule without paths',
    config: withRule({ paths: [] }),
    path: 'passThrough.acme.paths',
    says: ['is an empty list'],
  },
  {
    title: 'a URL for a path',
    config: withRule({ paths: ['https://x/v1'] }),
    path: 'passThrough.acme.paths.0',
    says: ['starts with `/`'],
  },
  {
    title: 'a star inside a path',
    config: withRule({ paths: ['/v1/*/x'] }),
    path: 'passThrough.acme.paths.0',
    says: ['at the end only'],
  },
  {
    title: 'a method that is none',
    config: withRule({ methods: ['get'] }),
    path: 'passThrough.acme.methods.0',
    says: ['GET'],
  },
  {
    title: 'a header with credentials that is to pass',
    config: withRule({ requestHeaders: ['x-beta', 'Authorization'] }),
    path: 'passThrough.acme.requestHeaders.1',
    says: ['never passes'],
  },
  {
    title: 'cookies that are to come back',
    config: withRule({ answerHeaders: ['set-cookie'] }),
    path: 'passThrough.acme.answerHeaders.0',
    says: ['never passes'],
  },
  {
    title: "a provider by the name of the gateway's own paths",
    config: { access, providers: { v1: row }, passThrough: { v1: { paths: ['/x'] } } },
    path: 'passThrough.v1',
    says: ['another id'],
  },
  {
    title: 'resources of nobody',
    config: { access, providers, resources: 'acne' },
    path: 'resources',
    says: ['did you mean `acme`?'],
  },
  {
    title: 'an owner that there is not',
    config: { access, providers, resources: { provider: 'acme', owner: 'user' } },
    path: 'resources.owner',
    says: ['`caller`', '`team`'],
  },
  { title: 'a list', config: [], path: '', says: ['is an empty list', 'an object'] },
  { title: 'no access', config: { providers }, path: 'access', says: ['is missing', '{ identify:', "'open'"] },
  { title: 'access misspelt', config: { access: 'opne' }, path: 'access', says: ["'open'"] },
  {
    title: 'access as a bare function',
    config: { access: noop },
    path: 'access',
    says: ['is a function', '{ identify: … } around it'],
  },
  {
    title: 'access by keys without a store that holds them',
    config: { access: { keys: {} } },
    path: 'store',
    says: ['is missing', '`access` reads keys'],
  },
  {
    title: 'access by keys that is true',
    config: { access: { keys: true }, store: memoryStore() },
    path: 'access.keys',
    says: ['is true', 'write {}'],
  },
  {
    title: 'a misspelt setting of keys',
    config: { access: { keys: { fromquery: true } }, store: memoryStore() },
    path: 'access.keys',
    says: ['unknown key `fromquery`; did you mean `fromQuery`?'],
  },
  {
    title: 'keys that are believed for no time',
    config: { access: { keys: { ttl: 0 } }, store: memoryStore() },
    path: 'access.keys.ttl',
    says: ['a time such as `30s`'],
  },
  {
    title: 'keys beside another kind of access',
    config: { access: { keys: {}, open: true }, store: memoryStore() },
    path: 'access',
    says: ['unknown key `open`'],
  },
  {
    title: 'keys and an identity of the host at once',
    config: { access: { keys: {}, identify: noop }, store: memoryStore() },
    path: 'access',
    says: ['unknown key `keys`'],
  },
  {
    title: 'people made from a template that has no name',
    config: { access: { identify: noop, createFrom: { user: '' } }, store: memoryStore() },
    path: 'access.createFrom.user',
    says: ['is empty', 'the id of a template'],
  },
  {
    title: 'a kind that nobody belongs to',
    config: { access: { identify: noop, createFrom: { users: 'standard' } }, store: memoryStore() },
    path: 'access.createFrom',
    says: ['unknown key `users`; did you mean `user`?'],
  },
  {
    title: 'an increase that ends on no day',
    config: withLimit({ increase: { by: 1, until: '2026-02-31T99:00:00Z' } }),
    path: 'limits.0.increase.until',
    says: ['is no day'],
  },
  {
    title: 'an increase that never ends',
    config: withLimit({ increase: { by: 1 } }),
    path: 'limits.0.increase.until',
    says: ['is missing'],
  },
  {
    title: 'an increase by less than nothing',
    config: withLimit({ increase: { by: -1, until: '2026-12-31T00:00:00Z' } }),
    path: 'limits.0.increase',
    says: ['adds no amount of requests'],
  },
  {
    title: 'access by hand-off',
    config: { access: { handOff: {} } },
    path: 'access',
    says: ['{ handOff } comes with a later version'],
  },
  {
    title: 'identify that is no function',
    config: { access: { identify: 'me' } },
    path: 'access',
    says: ['`identify`', 'write { identify: (request)'],
  },
  {
    title: 'two kinds of access',
    config: { access: { identify: noop, open: true } },
    path: 'access',
    says: ['unknown key `open`'],
  },
  {
    title: 'an unknown key at the top',
    config: { access, model: {} },
    path: '',
    says: ['unknown key `model`', 'did you mean `models`?'],
  },
  {
    title: 'a misspelt code key',
    config: { access, hook: {} },
    path: '',
    says: ['unknown key `hook`', 'did you mean `hooks`?'],
  },
  {
    title: 'an unknown key in an alias',
    config: withModel({ deployments: ['acme/big'], retriez: 1 }),
    path: 'models.smart',
    says: ['unknown key `retriez`; did you mean `retries`?'],
  },
  {
    title: "another product's name for retries",
    config: withModel({ deployments: ['acme/big'], num_retries: 1 }),
    path: 'models.smart',
    says: ['unknown key `num_retries`; did you mean `retries`?'],
  },
  {
    title: 'an unknown key far from any name',
    config: withProvider({ zzz: 1 }),
    path: 'providers.acme',
    says: ['unknown key `zzz`', 'known here:', 'baseUrl'],
  },
  {
    title: 'snake case',
    config: withProvider({ base_url: 'https://x.test' }),
    path: 'providers.acme',
    says: ['unknown key `base_url`; did you mean `baseUrl`?'],
  },
  {
    title: 'providers as a list',
    config: { access, providers: [row] },
    path: 'providers',
    says: ['is a list', "{ acme: { apiKey: '…' } }"],
  },
  {
    title: 'a provider that is its key',
    config: { access, providers: { acme: SECRET } },
    path: 'providers.acme',
    says: ["{ apiKey: '…' }"],
  },
  {
    title: 'a key whose variable is not set',
    config: withProvider({ apiKey: undefined }),
    path: 'providers.acme.apiKey',
    says: ['is undefined', 'environment variable'],
  },
  {
    title: 'an empty key',
    config: withProvider({ apiKey: '' }),
    path: 'providers.acme.apiKey',
    says: ['is empty', 'environment variable'],
  },
  {
    title: 'a key with a line break',
    config: withProvider({ apiKey: `${SECRET}\n` }),
    path: 'providers.acme.apiKey',
    says: ['line breaks', 'write the key alone'],
  },
  {
    title: 'a key by reference',
    config: withProvider({ apiKey: ['$', '{ACME_KEY}'].join('') }),
    path: 'providers.acme.apiKey',
    says: ['reference', 'give the value itself'],
  },
  {
    title: 'a key from a function',
    config: withProvider({ apiKey: () => SECRET }),
    path: 'providers.acme.apiKey',
    says: ['is a function', 'write the key as a text'],
  },
  {
    title: 'an unknown format',
    config: withProvider({ format: `${format}s` }),
    path: 'providers.acme.format',
    says: [`did you mean \`${format}\`?`],
  },
  {
    title: 'a base URL as a URL object',
    config: withProvider({ baseUrl: new URL('https://x.test') }),
    path: 'providers.acme.baseUrl',
    says: ['is an object', 'https://'],
  },
  {
    title: 'auth misspelt',
    config: withProvider({ auth: 'Bearer' }),
    path: 'providers.acme.auth',
    says: ['did you mean `bearer`?'],
  },
  {
    title: 'auth that is the key',
    config: withProvider({ auth: SECRET }),
    path: 'providers.acme.auth',
    says: ['`bearer`, `none` or `credentials`'],
  },
  {
    title: 'auth as a number',
    config: withProvider({ auth: 1 }),
    path: 'providers.acme.auth',
    says: ["'bearer', 'none', 'credentials' or { header: 'x-api-key' }"],
  },
  {
    title: 'auth without its header',
    config: withProvider({ auth: { prefix: 'Key ' } }),
    path: 'providers.acme.auth.header',
    says: ['is missing', '`x-api-key`'],
  },
  {
    title: 'an unknown operation',
    config: withProvider({ serves: ['chat', 'embedding'] }),
    path: 'providers.acme.serves.1',
    says: ['did you mean `embeddings`?'],
  },
  {
    title: 'a path without its slash',
    config: withProvider({ paths: { chat: 'chat' } }),
    path: 'providers.acme.paths.chat',
    says: ['starts with `/`'],
  },
  {
    title: 'a header that is a number',
    config: withProvider({ headers: { 'x-version': 2 } }),
    path: 'providers.acme.headers.x-version',
    says: ['is 2', 'write the value'],
  },
  {
    title: 'models as a list',
    config: { access, models: ['acme/big'] },
    path: 'models',
    says: ['is a list', "{ fast: 'provider/model' }"],
  },
  {
    title: 'models that is empty',
    config: { access, models: {} },
    path: 'models',
    says: ['is empty', 'leave `models` out'],
  },
  {
    title: 'an alias without a name',
    config: { access, providers, models: { '': 'acme/big' } },
    path: 'models.',
    says: ['the name of an alias is empty'],
  },
  {
    title: 'an alias with a space',
    config: { access, providers, models: { 'smart ': 'acme/big' } },
    path: 'models.smart ',
    says: ['spaces'],
  },
  {
    title: 'an alias with a wildcard in the middle',
    config: { access, providers, models: { 'acme/*-big': 'acme/big' } },
    path: 'models.acme/*-big',
    says: ['before its end'],
  },
  {
    title: 'an alias that clashes with a direct name',
    config: { access, providers, models: { 'acme/big': 'acme/small' }, allowDirect: ['acme/*'] },
    path: 'models.acme/big',
    says: ['means two things', 'rename'],
  },
  {
    title: 'an alias that is a number',
    config: withModel(3),
    path: 'models.smart',
    says: ['`provider/model`', 'deployments'],
  },
  {
    title: 'an alias of a model without provider',
    config: withModel('big'),
    path: 'models.smart',
    says: ['names no provider', '`provider/model`'],
  },
  {
    title: 'an alias of an alias',
    config: withModel('other'),
    path: 'models.smart',
    says: ['is the name of an alias', '`fallbacks`'],
  },
  {
    title: 'no deployments',
    config: withModel({ retries: 1 }),
    path: 'models.smart.deployments',
    says: ['is missing', "['provider/model']"],
  },
  {
    title: 'empty deployments',
    config: withModel({ deployments: [] }),
    path: 'models.smart.deployments',
    says: ['is an empty list', 'at least one'],
  },
  {
    title: 'deployments as one text',
    config: withModel({ deployments: 'acme/big' }),
    path: 'models.smart.deployments',
    says: ["a list such as ['provider/model']"],
  },
  {
    title: 'an unknown provider',
    config: withDeployment('acne/big'),
    path: 'models.smart.deployments.0',
    says: ['unknown provider `acne`; did you mean `acme`?'],
  },
  {
    title: 'an unknown provider far from all',
    config: { access: 'open', models: { m: 'qqqqqqqqqq/x' } },
    path: 'models.m',
    says: ['unknown provider `qqqqqqqqqq`; give it a row under `providers`'],
  },
  {
    title: 'an unknown provider near a known one',
    config: withDeployment({ model: 'globx/big' }),
    path: 'models.smart.deployments.0.model',
    says: ['did you mean `globex`?'],
  },
  {
    title: 'a deployment without model',
    config: withDeployment({ weight: 1 }),
    path: 'models.smart.deployments.0.model',
    says: ['is missing', '`provider/model`'],
  },
  {
    title: 'a capability that is none',
    config: withDeployment({ model: 'acme/big', capabilities: { visoin: true } }),
    path: 'models.smart.deployments.0.capabilities',
    says: ['visoin', 'vision'],
  },
  {
    title: 'a context window of nothing',
    config: withDeployment({ model: 'acme/big', contextWindow: 0 }),
    path: 'models.smart.deployments.0.contextWindow',
    says: ['1'],
  },
  {
    title: 'weight 0',
    config: withDeployment({ model: 'acme/big', weight: 0 }),
    path: 'models.smart.deployments.0.weight',
    says: ['is 0', 'a number above 0'],
  },
  {
    title: 'weight infinite',
    config: withDeployment({ model: 'acme/big', weight: Number.POSITIVE_INFINITY }),
    path: 'models.smart.deployments.0.weight',
    says: ['is Infinity', 'a number above 0'],
  },
  {
    title: 'weight NaN',
    config: withDeployment({ model: 'acme/big', weight: Number.NaN }),
    path: 'models.smart.deployments.0.weight',
    says: ['is NaN', 'a number above 0'],
  },
  {
    title: 'weight as text',
    config: withDeployment({ model: 'acme/big', weight: '9' }),
    path: 'models.smart.deployments.0.weight',
    says: ['a number above 0'],
  },
  {
    title: 'half an order',
    config: withDeployment({ model: 'acme/big', order: 0.5 }),
    path: 'models.smart.deployments.0.order',
    says: ['is 0.5', 'a whole number'],
  },
  {
    title: 'an unknown key in a deployment',
    config: withDeployment({ model: 'acme/big', wieght: 2 }),
    path: 'models.smart.deployments.0',
    says: ['unknown key `wieght`; did you mean `weight`?'],
  },
  {
    title: 'too many retries',
    config: withModel({ deployments: ['acme/big'], retries: 11 }),
    path: 'models.smart.retries',
    says: ['is 11', 'from 0 to 10'],
  },
  {
    title: 'negative retries',
    config: withModel({ deployments: ['acme/big'], retries: -1 }),
    path: 'models.smart.retries',
    says: ['is -1', 'from 0 to 10'],
  },
  {
    title: 'a default that is no alias',
    config: { access, providers, models: { smart: 'acme/big' }, defaults: { images: 'smrt' } },
    path: 'defaults.images',
    says: ['unknown alias `smrt`; did you mean `smart`?'],
  },
  {
    title: 'a default for an operation that there is not',
    config: { access, providers, models: { smart: 'acme/big' }, defaults: { image: 'smart' } },
    path: 'defaults',
    says: ['unknown key `image`; did you mean `images`?'],
  },
  {
    title: 'a default to go straight to that is no alias',
    config: {
      access,
      providers,
      models: { smart: 'acme/big' },
      defaults: { transcriptions: { model: 'smrt', straight: true } },
    },
    path: 'defaults.transcriptions.model',
    says: ['unknown alias `smrt`; did you mean `smart`?'],
  },
  {
    title: 'a default to go straight to of an operation without forms',
    config: {
      access,
      providers,
      models: { smart: 'acme/big' },
      defaults: { speech: { model: 'smart', straight: true } },
    },
    path: 'defaults.speech',
    says: ['is an object', 'the name of an alias'],
  },
  {
    title: 'a default with a word that there is not',
    config: {
      access,
      providers,
      models: { smart: 'acme/big' },
      defaults: { transcriptions: { model: 'smart', strait: true } },
    },
    path: 'defaults.transcriptions',
    says: ['unknown key `strait`; did you mean `straight`?'],
  },
  {
    title: 'a default that goes straight to nothing',
    config: { access, providers, models: { smart: 'acme/big' }, defaults: { 'image-edits': { straight: true } } },
    path: 'defaults.image-edits.model',
    says: ['is missing', 'the name of an alias'],
  },
  {
    title: 'a policy for a kind of fault that there is not',
    config: { access, providers, retry: { timeot: 'next' } },
    path: 'retry',
    says: ['unknown key `timeot`', 'did you mean `timeout`'],
  },
  {
    title: 'a policy that there is not',
    config: withModel({ deployments: ['acme/big'], retry: { timeout: 'again' } }),
    path: 'models.smart.retry.timeout',
    says: ['`same`', '`next`', '`fall-back`', '`give-back`'],
  },
  {
    title: 'a policy that falls back to nothing',
    config: withModel({ deployments: ['acme/big'], retry: { timeout: 'fall-back' } }),
    path: 'models.smart.retry.timeout',
    says: ['nothing to fall back to', '`fallbacks`', '`next`'],
  },
  {
    title: 'a policy that falls back to an empty list',
    config: withModel({ deployments: ['acme/big'], retry: { timeout: 'fall-back' }, fallbacks: [] }),
    path: 'models.smart.retry.timeout',
    says: ['nothing to fall back to', '`any` or `timeout`'],
  },
  {
    title: 'a policy that falls back to what is for another cause',
    config: withModel({
      deployments: ['acme/big'],
      retry: { timeout: 'fall-back' },
      fallbacks: { contextWindow: ['other'] },
    }),
    path: 'models.smart.retry.timeout',
    says: ['nothing to fall back to', '`any` or `timeout`'],
  },
  {
    title: 'a policy of all aliases that falls back to nothing',
    config: { access, providers, models: { smart: 'acme/big' }, retry: { quota: 'fall-back' } },
    path: 'retry.quota',
    says: ['no alias has `fallbacks`', '`next`'],
  },
  {
    title: 'a policy that asks again where nothing is asked again',
    config: withModel({ deployments: ['acme/big'], retries: 0, retry: { timeout: 'same' } }),
    path: 'models.smart.retry.timeout',
    says: ['`retries` is 0', '`next`'],
  },
  {
    title: 'a floor without a while',
    config: { access, providers, timeouts: { floor: { tokens: 5 } } },
    path: 'timeouts.floor.over',
    says: ['is missing', '`30s`'],
  },
  {
    title: 'a retry budget below nothing',
    config: { access, providers, retry: { budget: -1 } },
    path: 'retry.budget',
    says: ['a number from 0 to 10'],
  },
  {
    title: 'a breaker whose rest is longer than the longest',
    config: { access, providers, breaker: { rest: '2m' } },
    path: 'breaker.rest',
    says: ['longer than `longestRest`'],
  },
  {
    title: 'a breaker that is switched on by a word',
    config: { access, providers, breaker: true },
    path: 'breaker',
    says: ['write false, or settings'],
  },
  {
    title: 'a breaker that trips at no failures',
    config: { access, providers, breaker: { ratio: 0 } },
    path: 'breaker.ratio',
    says: ['a number from 0.01 to 1'],
  },
  {
    title: 'an unknown fallback',
    config: withModel({ deployments: ['acme/big'], fallbacks: ['othr'] }),
    path: 'models.smart.fallbacks.0',
    says: ['unknown alias `othr`; did you mean `other`?'],
  },
  {
    title: 'a fallback that is a model',
    config: withModel({ deployments: ['acme/big'], fallbacks: ['globex/tiny'] }),
    path: 'models.smart.fallbacks.0',
    says: ['fallbacks are aliases', 'under `models`'],
  },
  {
    title: 'a fallback to itself',
    config: withModel({ deployments: ['acme/big'], fallbacks: ['smart'] }),
    path: 'models.smart.fallbacks.0',
    says: ['is the alias itself'],
  },
  {
    title: 'a fallback named twice',
    config: withModel({ deployments: ['acme/big'], fallbacks: ['other', 'other'] }),
    path: 'models.smart.fallbacks.1',
    says: ['stands here twice'],
  },
  {
    title: 'an unknown fallback of a cause',
    config: withModel({ deployments: ['acme/big'], fallbacks: { contextWindow: ['othr'] } }),
    path: 'models.smart.fallbacks.contextWindow.0',
    says: ['unknown alias `othr`; did you mean `other`?'],
  },
  {
    title: 'a cause of fallbacks that there is not',
    config: withModel({ deployments: ['acme/big'], fallbacks: { context: ['other'] } }),
    path: 'models.smart.fallbacks',
    says: ['unknown key `context`', 'contextWindow'],
  },
  {
    title: 'fallbacks of a cause in a circle',
    config: {
      access,
      providers,
      models: {
        a: { deployments: ['acme/a'], fallbacks: { timeout: ['b'] } },
        b: { deployments: ['acme/b'], fallbacks: { timeout: ['a'] } },
      },
    },
    path: 'models.a.fallbacks.timeout',
    says: ['a → b → a', 'take one of them out'],
  },
  {
    title: 'fallbacks that go on for ever',
    config: { access, providers, fallbackDepth: 0 },
    path: 'fallbackDepth',
    says: ['from 1 to 10'],
  },
  {
    title: 'a default tag that no deployment carries',
    config: withModel({ deployments: [{ model: 'acme/big', tags: ['paid'] }], defaultTag: 'pad' }),
    path: 'models.smart.defaultTag',
    says: ['no deployment carries `pad`', 'did you mean `paid`?'],
  },
  {
    title: 'a tag that no header could name',
    config: withDeployment({ model: 'acme/big', tags: ['a,b'] }),
    path: 'models.smart.deployments.0.tags.0',
    says: ['a tag of letters'],
  },
  {
    title: 'hours without a minute in them',
    config: withDeployment({ model: 'acme/big', hours: { from: '08:00', to: '08:00' } }),
    path: 'models.smart.deployments.0.hours',
    says: ['never be asked', 'leave `hours` out'],
  },
  {
    title: 'hours on no day',
    config: withDeployment({ model: 'acme/big', hours: { from: '08:00', to: '09:00', days: [] } }),
    path: 'models.smart.deployments.0.hours.days',
    says: ['is an empty list', 'every day'],
  },
  {
    title: 'hours in a zone that there is not',
    config: withDeployment({ model: 'acme/big', hours: { from: '08:00', to: '09:00', timeZone: 'Mars/Olympus' } }),
    path: 'models.smart.deployments.0.hours.timeZone',
    says: ['Europe/Berlin'],
  },
  {
    title: 'a share of an alias that there is not',
    config: withModel({ deployments: ['acme/big'], split: { to: [{ model: 'othr', percent: 10 }] } }),
    path: 'models.smart.split.to.0.model',
    says: ['unknown alias `othr`; did you mean `other`?'],
  },
  {
    title: 'shares beyond the whole',
    config: {
      access,
      providers,
      models: {
        a: {
          deployments: ['acme/a'],
          split: {
            to: [
              { model: 'b', percent: 60 },
              { model: 'c', percent: 60 },
            ],
          },
        },
        b: 'acme/b',
        c: 'acme/c',
      },
    },
    path: 'models.a.split.to',
    says: ['120 percent', 'at most 100'],
  },
  {
    title: 'a share named twice',
    config: withModel({
      deployments: ['acme/big'],
      split: {
        to: [
          { model: 'other', percent: 10 },
          { model: 'other', percent: 10 },
        ],
      },
    }),
    path: 'models.smart.split.to.1.model',
    says: ['stands here twice'],
  },
  {
    title: 'a share of many names',
    config: {
      access,
      providers,
      models: { 'x/*': 'acme/*', y: { deployments: ['acme/y'], split: { to: [{ model: 'x/*', percent: 10 }] } } },
    },
    path: 'models.y.split.to.0.model',
    says: ['no name that could be asked for'],
  },
  {
    title: 'copies to many names',
    config: {
      access,
      providers,
      models: { 'x/*': 'acme/*', y: { deployments: ['acme/y'], shadow: { to: 'x/*', percent: 10 } } },
    },
    path: 'models.y.shadow.to',
    says: ['no name that could be asked for'],
  },
  {
    title: 'copies of many names',
    config: {
      access,
      providers,
      models: { 'x/*': { deployments: ['acme/*'], shadow: { to: 'y', percent: 10 } }, y: 'acme/y' },
    },
    path: 'models.x/*.shadow',
    says: ['many names', 'aliases of their own'],
  },
  {
    title: 'a release of many names',
    config: {
      access,
      providers,
      models: { 'x/*': { deployments: ['acme/*'], split: { to: 'y', over: '1h' } }, y: 'acme/y' },
    },
    path: 'models.x/*.split',
    says: ['one for each name', 'aliases of their own'],
  },
  {
    title: 'a rollback that can not come',
    config: withModel({
      deployments: ['acme/big'],
      split: { to: 'other', over: '1h', rollback: { errors: 1 } },
    }),
    path: 'models.smart.split.rollback.errors',
    says: ['below 1'],
  },
  {
    title: 'a share of nothing',
    config: withModel({ deployments: ['acme/big'], split: { to: [{ model: 'other', percent: 0 }] } }),
    path: 'models.smart.split.to.0.percent',
    says: ['above 0'],
  },
  {
    title: 'a split that leads to another split',
    config: {
      access,
      providers,
      models: {
        a: { deployments: ['acme/a'], split: { to: 'b', over: '1h' } },
        b: { deployments: ['acme/b'], split: { to: 'c', over: '1h' } },
        c: 'acme/c',
      },
    },
    path: 'models.a.split.to',
    says: ['has a split of its own'],
  },
  {
    title: 'a release that shrinks',
    config: withModel({ deployments: ['acme/big'], split: { to: 'other', from: 50, until: 10, over: '1h' } }),
    path: 'models.smart.split.from',
    says: ['more than `until`'],
  },
  {
    title: 'copies to the alias itself',
    config: withModel({ deployments: ['acme/big'], shadow: { to: 'smart', percent: 1 } }),
    path: 'models.smart.shadow.to',
    says: ['is the alias itself'],
  },
  {
    title: 'fallbacks in a circle',
    config: {
      access,
      providers,
      models: {
        a: { deployments: ['acme/a'], fallbacks: ['b'] },
        b: { deployments: ['acme/b'], fallbacks: ['c'] },
        c: { deployments: ['acme/c'], fallbacks: ['b'] },
      },
    },
    path: 'models.b.fallbacks',
    says: ['b → c → b', 'take one of them out'],
  },
  {
    title: 'a strategy that is not there',
    config: withModel({ deployments: ['acme/big'], strategy: 'wieghted' }),
    path: 'models.smart.strategy',
    says: ['weighted'],
  },
  {
    title: 'a strategy that goes by something else',
    config: withModel({ deployments: ['acme/big'], strategy: { name: 'weighted', by: 'session' } }),
    path: 'models.smart.strategy.by',
    says: ['`rpm` or `tpm`'],
  },
  {
    title: 'a strategy behind one that has none',
    config: withModel({
      deployments: [{ model: 'acme/big', rpm: 1 }],
      strategy: { name: 'weighted', by: 'rpm', otherwise: 'fastest' },
    }),
    path: 'models.smart.strategy.otherwise',
    says: ['belongs to `sticky`'],
  },
  {
    title: 'sticky behind sticky',
    config: withModel({ deployments: ['acme/big'], strategy: { name: 'sticky', otherwise: 'sticky' } }),
    path: 'models.smart.strategy.otherwise',
    says: ['name another strategy'],
  },
  {
    title: 'an unknown strategy behind sticky',
    config: withModel({ deployments: ['acme/big'], strategy: { name: 'sticky', otherwise: 'fastst' } }),
    path: 'models.smart.strategy.otherwise',
    says: ['did you mean `fastest`?'],
  },
  {
    title: 'weights by a capacity that one of them does not have',
    config: withModel({
      deployments: [
        { model: 'acme/big', rpm: 10 },
        { model: 'acme/b', tpm: 10 },
      ],
      strategy: { name: 'weighted', by: 'rpm' },
    }),
    path: 'models.smart.deployments.1',
    says: ['has no `rpm`'],
  },
  {
    title: 'headroom without a capacity',
    config: withModel({ deployments: ['acme/big'], strategy: 'headroom' }),
    path: 'models.smart.deployments.0',
    says: ['has no `rpm` or `tpm`'],
  },
  {
    title: 'cheapest where nothing has a price',
    config: withModel({ deployments: ['acme/big', 'acme/b'], strategy: 'cheapest' }),
    path: 'models.smart.strategy',
    says: ['none of its models has a price', '`prices`'],
  },
  {
    title: 'cheapest where others have a price',
    config: {
      access,
      providers,
      models: { smart: { deployments: ['acme/big', 'acme/b'], strategy: 'cheapest' } },
      prices: { 'acme/small': { perMillionTokens: { input: '1', output: '1' } } },
    },
    path: 'models.smart.strategy',
    says: ['none of its models has a price', '`prices`'],
  },
  {
    title: 'a capacity of nothing',
    config: withDeployment({ model: 'acme/big', rpm: 0 }),
    path: 'models.smart.deployments.0.rpm',
    says: ['from 1 up'],
  },
  {
    title: 'one key beside several',
    config: withDeployment({ model: 'acme/big', apiKey: 'k', apiKeys: ['l', 'm'] }),
    path: 'models.smart.deployments.0.apiKeys',
    says: ['beside `apiKey`'],
  },
  {
    title: 'one key twice',
    config: withDeployment({ model: 'acme/big', apiKeys: [SECRET, 'l', SECRET] }),
    path: 'models.smart.deployments.0.apiKeys.2',
    says: ['stands here twice'],
  },
  {
    title: 'one of several keys whose variable is not set',
    config: withDeployment({ model: 'acme/big', apiKeys: [SECRET, undefined] }),
    path: 'models.smart.deployments.0.apiKeys.1',
    says: ['set the environment variable'],
  },
  {
    title: 'no keys',
    config: withDeployment({ model: 'acme/big', apiKeys: [] }),
    path: 'models.smart.deployments.0.apiKeys',
    says: ['empty list'],
  },
  {
    title: 'a strategy of the host under a name that is taken',
    config: { access, providers, strategies: { fastest: () => [] } },
    path: 'strategies.fastest',
    says: ['take another'],
  },
  {
    title: 'a strategy of the host that is no function',
    config: { access, providers, strategies: { mine: 'fastest' } },
    path: 'strategies.mine',
    says: ['(candidates, question) => ids'],
  },
  {
    title: 'strategies of the host in a list',
    config: { access, providers, strategies: [() => []] },
    path: 'strategies',
    says: ['is a list'],
  },
  {
    title: 'policies in a list',
    config: withPolicy(undefined, { policies: [policy] }),
    path: 'policies',
    says: ['is a list', '{ auto: … }'],
  },
  {
    title: 'a policy that is none',
    config: withPolicy({ choose: undefined }),
    path: 'policies.auto',
    says: ['is no policy', 'policy({ among'],
  },
  {
    title: 'a policy by the name of an alias',
    config: withPolicy(undefined, { policies: { smart: policy } }),
    path: 'policies.smart',
    says: ['means two things'],
  },
  {
    title: 'a policy of many names',
    config: withPolicy(undefined, { policies: { 'auto*': policy } }),
    path: 'policies.auto*',
    says: ['a `*`'],
  },
  {
    title: 'a policy among nothing',
    config: withPolicy({ among: [] }),
    path: 'policies.auto.among',
    says: ['empty list'],
  },
  {
    title: 'a policy among an alias that there is not',
    config: withPolicy({ among: ['other', 'smrt'] }),
    path: 'policies.auto.among.1',
    says: ['unknown alias `smrt`', 'did you mean `smart`?'],
  },
  {
    title: 'a policy that names an alias twice',
    config: withPolicy({ among: ['other', 'other'] }),
    path: 'policies.auto.among.1',
    says: ['stands in the list already'],
  },
  {
    title: 'a policy among an alias that splits',
    config: withPolicy(
      { among: ['smart'] },
      {},
      { deployments: ['acme/big'], split: { to: [{ model: 'other', percent: 10 }] } },
    ),
    path: 'policies.auto.among.0',
    says: ['a split of its own'],
  },
  {
    title: 'a policy that learns where no feedback is taken',
    config: withPolicy({ learn: noop }),
    path: 'policies.auto',
    says: ['write `feedback: true`'],
  },
  {
    title: 'what a policy finds wrong itself',
    config: withPolicy({ check: () => [{ path: 'minTier', text: 'write 1, 2, 3 or 4' }] }),
    path: 'policies.auto.minTier',
    says: ['write 1, 2, 3 or 4'],
  },
  {
    title: 'deployments that a function looks up that there is not',
    config: {
      access,
      providers,
      discover: { consul: () => [] },
      models: { smart: { deployments: { discover: 'consl' } } },
    },
    path: 'models.smart.deployments.discover',
    says: ['unknown function `consl`', 'did you mean `consul`'],
  },
  {
    title: 'deployments that a function looks up, and no function at all',
    config: withModel({ deployments: { discover: '_llm._tcp.example.test', model: 'acme/big' } }),
    path: 'models.smart.deployments.discover',
    says: ['unknown function', 'under `discover`', '`srv:`'],
  },
  {
    title: 'SRV records of what is no name',
    config: withModel({ deployments: { discover: 'srv:https://example.test', model: 'acme/big' } }),
    path: 'models.smart.deployments.discover',
    says: ['`srv:_llm._tcp.example.test`'],
  },
  {
    title: 'SRV records of no model',
    config: withModel({ deployments: { discover: 'srv:_llm._tcp.example.test' } }),
    path: 'models.smart.deployments.model',
    says: ['is missing', '`provider/model`'],
  },
  {
    title: 'SRV records of a provider that there is not',
    config: withModel({ deployments: { discover: 'srv:_llm._tcp.example.test', model: 'acne/big' } }),
    path: 'models.smart.deployments.model',
    says: ['unknown provider `acne`', 'did you mean `acme`'],
  },
  {
    title: 'a look-up that never rests',
    config: withModel({ deployments: { discover: 'srv:_llm._tcp.example.test', model: 'acme/big', every: '10ms' } }),
    path: 'models.smart.deployments.every',
    says: ['less than a second'],
  },
  {
    title: 'a scheme that nobody dials',
    config: withModel({ deployments: { discover: 'srv:_llm._tcp.example.test', model: 'acme/big', scheme: 'ftp' } }),
    path: 'models.smart.deployments.scheme',
    says: ['`https` or `http`'],
  },
  {
    title: 'a scheme of what a function finds',
    config: {
      access,
      providers,
      discover: { consul: () => [] },
      models: { smart: { deployments: { discover: 'consul', scheme: 'http' } } },
    },
    path: 'models.smart.deployments.scheme',
    says: ['whole `baseUrl`'],
  },
  {
    title: 'one address of all that are looked up',
    config: withModel({
      deployments: { discover: 'srv:_llm._tcp.example.test', model: 'acme/big', baseUrl: 'https://llm.acme.test/v1' },
    }),
    path: 'models.smart.deployments',
    says: ['unknown key `baseUrl`'],
  },
  {
    title: 'deployments of many names that are looked up',
    config: {
      access,
      providers,
      models: { 'big-*': { deployments: { discover: 'srv:_llm._tcp.example.test', model: 'acme/x' } } },
    },
    path: 'models.big-*.deployments',
    says: ['one alias for each model'],
  },
  {
    title: 'headroom of deployments that are looked up, and of which nobody says what they take',
    config: withModel({
      deployments: { discover: 'srv:_llm._tcp.example.test', model: 'acme/big' },
      strategy: 'headroom',
    }),
    path: 'models.smart.deployments',
    says: ['has no `rpm` or `tpm`'],
  },
  {
    title: 'a look-up of the host under a name of DNS',
    config: { access, providers, discover: { 'srv:x.test': () => [] } },
    path: 'discover.srv:x.test',
    says: ['take another name'],
  },
  {
    title: 'a look-up of the host that is no function',
    config: { access, providers, discover: { mine: ['acme/big'] } },
    path: 'discover.mine',
    says: ['() => deployments'],
  },
  {
    title: 'a rest where the alias has none',
    config: withModel('acme/*'),
    path: 'models.smart',
    says: ['the alias does not'],
  },
  {
    title: 'a rest in the middle',
    config: { access, providers, models: { 'x/*': 'acme/*-mini' } },
    path: 'models.x/*',
    says: ['before its end'],
  },
  {
    title: 'one price for many models',
    config: {
      access,
      providers,
      models: { 'x/*': { deployments: [{ model: 'acme/*', price: { perMillionTokens: { input: '1' } } }] } },
    },
    path: 'models.x/*.deployments.0.price',
    says: ['`provider/*`'],
  },
  {
    title: 'a fallback to many names',
    config: { access, providers, models: { 'x/*': 'acme/*', y: { deployments: ['acme/y'], fallbacks: ['x/*'] } } },
    path: 'models.y.fallbacks.0',
    says: ['name one alias'],
  },
  {
    title: 'a default of many names',
    config: { access, providers, models: { 'x/*': 'acme/*' }, defaults: { images: 'x/*' } },
    path: 'defaults.images',
    says: ['unknown alias'],
  },
  {
    title: 'a time without unit',
    config: { access, timeouts: { idle: '30' } },
    path: 'timeouts.idle',
    says: ['`30s`'],
  },
  {
    title: 'a time in words',
    config: withModel({ deployments: ['acme/big'], timeouts: { total: '10 minutes' } }),
    path: 'models.smart.timeouts.total',
    says: ['`10m`'],
  },
  { title: 'no time', config: { access, timeouts: { idle: 0 } }, path: 'timeouts.idle', says: ['at least 1 ms'] },
  {
    title: 'a time that no timer can wait',
    config: { access, timeouts: { total: '1000h' } },
    path: 'timeouts.total',
    says: ['at most 24 days'],
  },
  {
    title: "another product's name for a time",
    config: { access, timeout: '30s' },
    path: '',
    says: ['unknown key `timeout`; did you mean `timeouts`?'],
  },
  {
    title: 'a cap as text',
    config: { access, body: { maxBytes: '1mb' } },
    path: 'body.maxBytes',
    says: ['a whole number of bytes'],
  },
  {
    title: 'no depth',
    config: { access, body: { maxDepth: 0 } },
    path: 'body.maxDepth',
    says: ['is 0', 'from 1 to 1024'],
  },
  {
    title: 'a feature as text',
    config: { access, features: { remoteTools: 'yes' } },
    path: 'features.remoteTools',
    says: ['true or false'],
  },
  { title: 'strict as null', config: { access, strict: null }, path: 'strict', says: ['is null', 'true or false'] },
  { title: 'expose misspelt', config: { access, expose: 'minmal' }, path: 'expose', says: ['did you mean `minimal`?'] },
  { title: 'no attempts', config: { access, maxAttempts: 0 }, path: 'maxAttempts', says: ['is 0', 'from 1 to 100'] },
  {
    title: 'allowDirect as one text',
    config: { access, allowDirect: 'acme/*' },
    path: 'allowDirect',
    says: ["['acme/*']"],
  },
  {
    title: 'a wildcard in the middle',
    config: { access, providers, allowDirect: ['acme/*-mini'] },
    path: 'allowDirect.0',
    says: ['at the end only'],
  },
  {
    title: 'allowDirect of an unknown provider',
    config: { access, providers, allowDirect: ['acne/*'] },
    path: 'allowDirect.0',
    says: ['did you mean `acme`?'],
  },
  {
    title: 'allowDirect of an alias',
    config: { access, providers, models: { smart: 'acme/big' }, allowDirect: ['smart'] },
    path: 'allowDirect.0',
    says: ['is an alias', '`provider/*`'],
  },
  {
    title: 'a hook outside a list',
    config: { access, hooks: { onRequest: noop } },
    path: 'hooks.onRequest',
    says: ['is a function', '[ … ]'],
  },
  {
    title: 'a hook that is none',
    config: { access, hooks: { onRequest: ['check'] } },
    path: 'hooks.onRequest',
    says: ['functions'],
  },
  {
    title: 'a list of hosts for fetchMedia',
    config: { access, fetchMedia: ['images.example.com'] },
    path: 'fetchMedia',
    says: ['is a list', 'write a function (url, { kind, maxBytes, signal })'],
  },
  {
    title: 'credentials as one object',
    config: { access, credentials: { headers: noop } },
    path: 'credentials.headers',
    says: ['is a function', '{ headers(request, signal) { … } }'],
  },
  {
    title: 'credentials without headers',
    config: { access, providers, credentials: { acme: { token: noop } } },
    path: 'credentials.acme',
    says: ['gives no headers'],
  },
  {
    title: 'credentials of nobody',
    config: { access, providers, credentials: { acne: { headers: noop } } },
    path: 'credentials.acne',
    says: ['unknown provider `acne`', 'did you mean `acme`?'],
  },
  {
    title: 'fetchMedia in other letters',
    config: { access, fetchmedia: noop },
    path: '',
    says: ['unknown key `fetchmedia`', 'did you mean `fetchMedia`?'],
  },
  {
    title: 'hooks as a list',
    config: { access, hooks: [noop] },
    path: 'hooks',
    says: ['is a list', '{ onRequest: [check] }'],
  },
  {
    title: 'a store as text',
    config: { access, store: 'memory' },
    path: 'store',
    says: ['is a text', 'memoryStore()'],
  },
  {
    title: 'a clock that is none',
    config: { access, platform: { clock: 'utc' } },
    path: 'platform.clock',
    says: ['is a text', 'write an object'],
  },
  {
    title: 'an unknown hook',
    config: { access, hooks: { onResponse: [noop] } },
    path: 'hooks',
    says: ['unknown key `onResponse`'],
  },
  {
    title: 'a store by name',
    config: { access, store: { sqlite: 'postern.db' } },
    path: 'store',
    says: ['is no Store', 'memoryStore()'],
  },
  {
    title: 'a journal by its size',
    config: { access, store: memoryStore(), journal: 10_000 },
    path: 'journal',
    says: ['is 10000', 'sqliteJournal(', '`storage.journal`'],
  },
  {
    title: 'a journal beside no store that could be away',
    config: { access, journal: { load: () => [], append: noop, confirm: noop } },
    path: 'journal',
    says: ['give a `store` too'],
  },
  {
    title: 'a platform part of the wrong kind',
    config: { access, platform: { random: 0.5 } },
    path: 'platform.random',
    says: ['is 0.5', 'write a function'],
  },
  {
    title: 'an unknown platform part',
    config: { access, platform: { clok: {} } },
    path: 'platform',
    says: ['unknown key `clok`; did you mean `clock`?'],
  },
  {
    title: 'a log that is a function',
    config: { access, log: noop },
    path: 'log',
    says: ['is no log', 'warn(message, fields)'],
  },
  {
    title: 'a circle of objects',
    config: { access, timeouts: circular },
    path: 'timeouts.total',
    says: ['refers to itself'],
  },
  {
    title: '__proto__ as an alias',
    config: { access, models: JSON.parse('{ "__proto__": "acme/big", "fast": "globex/a" }') },
    path: 'models',
    says: ['`__proto__`'],
  },
];

function mistakeIn(config: unknown): { message: string; path: string | undefined; code: string } {
  try {
    loadConfig(config as GatewayConfig, environment);
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    return { message: error.message, path: error.param, code: error.code };
  }
  throw new Error('The configuration was accepted.');
}

describe('a mistake in the configuration', () => {
  it.each(MISTAKES)('is named with its path and a way out: $title', ({ config, path, says }) => {
    const mistake = mistakeIn(config);
    for (const words of says) expect(mistake.message).toContain(words);
    expect(mistake).toMatchObject({ code: 'config_invalid', path });
    if (path !== '') expect(mistake.message.startsWith(`${path}: `)).toBe(true);
    expect(mistake.message).not.toContain(SECRET);
  });

  it('is listed with all others, those of code and data, form and meaning', () => {
    const { message, path } = mistakeIn({
      providers: { acme: { ...row, apiKey: `${SECRET}\r\n`, frmat: 1 } },
      models: {
        broken: { deployments: [], retries: 99 },
        lost: { deployments: [{ model: 'acne/big' }], fallbacks: ['broken', 'nowhere'] },
      },
      hooks: { onEvent: noop },
      strict: 'yes',
      colour: 'red',
    });
    const lines = message.split('\n');
    expect(path).toBe('');
    expect(lines[0]).toContain('10 mistakes');
    for (const start of [
      'access: ',
      'hooks.onEvent: ',
      'providers.acme: unknown key `frmat`',
      'providers.acme.apiKey: ',
      'models.broken.deployments: ',
      'models.broken.retries: ',
      'models.lost.deployments.0.model: unknown provider',
      'models.lost.fallbacks.1: unknown alias `nowhere`',
      'strict: ',
      'unknown key `colour`',
    ]) {
      expect(lines.filter((line) => line.startsWith(`  - ${start}`))).toHaveLength(1);
    }
    expect(message).not.toContain(SECRET);
  });

  it('is not repeated by what refers to it', () => {
    // The alias with the mistake exists all the same, and so does the provider.
    const { message } = mistakeIn({
      access,
      providers: { acme: { ...row, serves: 'chat' } },
      models: {
        smart: { deployments: ['acme/big'], fallbacks: ['backup'] },
        backup: { deployments: ['acme/small'], retries: 'many' },
      },
    });
    expect(
      message
        .split('\n')
        .slice(1)
        .map((line) => line.split(':')[0]),
    ).toEqual(['  - providers.acme.serves', '  - models.backup.retries']);
  });
});
