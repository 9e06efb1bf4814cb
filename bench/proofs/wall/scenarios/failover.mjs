/** Somebody else can answer: the client gets his answer and sees nothing of the first. */
const ANSWER = { answer: true, calls: 2 };
const first = (plays, speaks = 'openai-chat', other = 'openai-chat') => [{ speaks, plays }, { speaks: other }];
const FIRST = { firstToken: '500ms' };
const spare = (plays, speaks = 'anthropic-messages') => [
  { speaks: 'openai-chat', plays },
  { speaks, alias: 'spare' },
];
const FALLBACK = { retries: 0, alias: { fallbacks: ['spare'] } };

/** What is over before its first content, by the fault and how it is asked for. */
const over = [
  ['html-stream', true],
  ['empty', true],
  ['200-error', true],
  ['reset-before-headers', true],
  ['bad-gzip', true],
  ['redirect', true],
  ['bigline', true],
  ['e401', true],
  ['e404', true],
  ['r429', true],
  ['secret500', true],
  ['html', false],
  ['cut', false],
  ['cleancut', false],
  ['badjson', false],
  ['midfault', false],
  ['200-error', false],
  ['quota', false],
  ['e402', false],
  ['e408', false],
  ['e504', false],
  ['bomb', false],
];
const CLIENTS = ['openai-chat', 'anthropic-messages', 'gemini', 'openai-responses', 'cohere', 'ollama'];
const OTHERS = ['anthropic-messages', 'gemini', 'openai-responses', 'openai-chat', 'cohere', 'bedrock-converse'];

const BY_FAULT = over.map(([fault, stream], index) => {
  const client = CLIENTS[index % CLIENTS.length];
  const other = OTHERS[index % OTHERS.length];
  return {
    title: `${fault}: another deployment answers (${client}, ${stream ? 'streamed' : 'whole'}, then ${other})`,
    cases: [fault, 32, 51],
    ask: { client, stream },
    deployments: first(fault, index % 2 === 0 ? 'openai-chat' : 'anthropic-messages', other),
    declared: ANSWER,
  };
});

export const FAILOVER = [
  ...BY_FAULT,
  {
    title: 'a stream that is cut before its first token fails over',
    cases: ['cut', 32],
    ask: { stream: true },
    deployments: first('cut'),
    sizes: { cutAfter: 0 },
    declared: ANSWER,
  },
  {
    title: 'a stream that is cut before its first token fails over to another format',
    cases: ['cut', 32],
    ask: { client: 'anthropic-messages', stream: true },
    deployments: first('cut', 'anthropic-messages', 'gemini'),
    sizes: { cutAfter: 0 },
    declared: ANSWER,
  },
  {
    title: 'a stream that ends before its first token fails over',
    cases: ['cleancut', 32],
    ask: { client: 'openai-responses', stream: true },
    deployments: first('cleancut', 'openai-responses'),
    sizes: { cutAfter: 0 },
    declared: ANSWER,
  },
  {
    title: 'an overload behind the headers and before the first token fails over',
    cases: ['midfault', 32, 41],
    ask: { client: 'anthropic-messages', stream: true },
    deployments: first('midfault', 'anthropic-messages', 'anthropic-messages'),
    sizes: { faultAfter: 0 },
    declared: ANSWER,
  },
  {
    title: 'a stream that is silent before its first token fails over',
    cases: ['slow', 32, 51],
    ask: { stream: true },
    deployments: first('slow'),
    timeouts: FIRST,
    declared: ANSWER,
  },
  {
    title: 'headers that do not come fail over',
    cases: ['late-headers', 32, 51],
    ask: { client: 'gemini', stream: true },
    deployments: first('late-headers', 'openai-chat', 'gemini'),
    timeouts: FIRST,
    declared: ANSWER,
  },
  {
    title: 'a fallback answers where the deployments are exhausted, streamed',
    cases: [51],
    ask: { client: 'openai-responses', stream: true },
    deployments: spare('e500'),
    ...FALLBACK,
    declared: ANSWER,
  },
  {
    title: 'a fallback answers where the deployments are exhausted',
    cases: [51],
    ask: { client: 'cohere' },
    deployments: spare('html', 'gemini'),
    ...FALLBACK,
    declared: ANSWER,
  },
  {
    title: 'when the fallback fails too, nothing of an answer was sent',
    cases: [41],
    ask: { stream: true },
    deployments: [
      { speaks: 'anthropic-messages', plays: 'midfault' },
      { speaks: 'anthropic-messages', alias: 'spare', plays: 'e500' },
    ],
    sizes: { faultAfter: 0 },
    models: {},
    ...FALLBACK,
    declared: { refused: 'upstream_unavailable', status: 500, calls: 4 },
  },
  {
    title: 'a request that wants no fallbacks gets none',
    cases: [52],
    ask: { stream: true, more: { disable_fallbacks: true } },
    deployments: spare('e500'),
    ...FALLBACK,
    declared: { refused: 'upstream_unavailable', status: 500 },
  },
  {
    title: 'a request that wants no fallbacks gets none by its header',
    cases: [52],
    ask: { client: 'gemini', headers: { 'x-postern-disable-fallbacks': 'true' } },
    deployments: spare('reset-before-headers'),
    ...FALLBACK,
    declared: { refused: 'upstream_unavailable', status: 502 },
  },
  {
    title: 'a fallback does not ask the first one again, nor is it told of it',
    cases: [53],
    ask: { client: 'anthropic-messages', headers: { 'x-from-client': 'mine', 'anthropic-beta': 'for-the-first-one' } },
    deployments: [
      { speaks: 'anthropic-messages', plays: 'e529' },
      { speaks: 'openai-chat', alias: 'spare' },
    ],
    ...FALLBACK,
    declared: { ...ANSWER, asked: { d0: 1, d1: 1 }, unseen: { d1: 'for-the-first-one' } },
  },
  {
    title: 'a 503 that passes is asked again, once',
    cases: [56],
    ask: { stream: true },
    deployments: [{ speaks: 'openai-chat', plays: ['e503'] }],
    declared: ANSWER,
  },
  {
    title: 'a 429 that passes is asked again when it said',
    cases: ['r429', 56],
    ask: {},
    deployments: [{ speaks: 'openai-chat', plays: ['r429'] }],
    declared: ANSWER,
  },
  {
    title: 'what is wrong with the request is told to nobody else',
    cases: [57],
    ask: {},
    deployments: first('e400'),
    declared: { refused: 'upstream_rejected', status: 400 },
  },
  {
    title: 'the calls of one request are capped',
    cases: [25, 59],
    ask: {},
    config: { maxAttempts: 4, retry: { budget: 10 } },
    retries: 9,
    deployments: first('e500').map((one) => ({ ...one, plays: 'e500' })),
    declared: { refused: 'upstream_unavailable', status: 500, calls: 4 },
  },
];
