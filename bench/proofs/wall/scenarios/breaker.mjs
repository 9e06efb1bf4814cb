/** Many requests: what rests is left alone, and comes back; a store that is away decides nothing. */
const ANSWER = { answer: true, calls: 'any' };
const chat = (plays, more = {}) => ({ speaks: 'openai-chat', plays, ...more });
const REFUSED = { refused: 'upstream_unavailable', status: 500, calls: 'any' };

export const BREAKER = [
  {
    title: 'when all deployments rest, the first to be back is tried, and brings itself back',
    cases: [54],
    clock: 'stands',
    deployments: [chat('r429'), chat('r429')],
    phases: [
      { requests: 2, declared: { refused: 'upstream_rate_limited', status: 429, calls: 'any' } },
      { passes: 1_000, heals: true, requests: 5, declared: { answer: true, calls: 1 } },
    ],
  },
  {
    title: 'for 60 s of 429 from everybody, clients are told 429, and few calls are made',
    cases: [54],
    clock: 'stands',
    deployments: [chat('r429'), chat('r429')],
    phases: Array.from({ length: 12 }, (_, index) => ({
      passes: index === 0 ? 0 : 5_000,
      requests: 3,
      declared: { refused: 'upstream_rate_limited', status: 429, calls: 'any', asked: { d0: [0, 6], d1: [0, 6] } },
    })),
  },
  {
    title: 'a lone dead deployment fails fast, is tried once, and is back when it answers',
    cases: [55],
    clock: 'stands',
    deployments: [chat('e500')],
    phases: [
      { requests: 60, declared: { ...REFUSED, status: [500, 503], asked: { d0: [5, 6] } } },
      { passes: 1_000, requests: 1, declared: { ...REFUSED, calls: 1 } },
      { heals: true, passes: 60_000, requests: 3, declared: { answer: true, calls: 1 } },
    ],
  },
  {
    title: 'three dead and one alive: each dead one is left alone after five calls, and tried once after its rest',
    cases: [59],
    clock: 'stands',
    retries: 3,
    alias: { retry: { budget: 1 } },
    deployments: ['d0', 'd1', 'd2', 'd3'].map((label) =>
      chat(label === 'd3' ? undefined : 'e502', { more: { order: 0 } }),
    ),
    phases: [
      { requests: 60, declared: { ...ANSWER, asked: { d0: 5, d1: 5, d2: 5 } } },
      { passes: 5_000, requests: 60, declared: { ...ANSWER, asked: { d0: 1, d1: 1, d2: 1 } } },
    ],
  },
  {
    title: 'a request that was tried three times is one request with three attempts',
    cases: [61],
    deployments: [chat(['e503', 'e503'])],
    ask: { stream: true },
    declared: { answer: true, calls: 3 },
  },
  {
    title: 'a store that hangs holds up nobody where its limits are open',
    cases: [60],
    store: 'hangs',
    config: { storage: { onFailure: 'open' } },
    deployments: [chat()],
    ask: { stream: true },
    phases: [{ requests: 5, declared: { answer: true, calls: 1 } }],
  },
  {
    title: 'a store that fails refuses all where its limits are closed, before any call',
    cases: [60],
    store: 'fails',
    config: { storage: { onFailure: 'closed' } },
    deployments: [chat()],
    ask: { client: 'anthropic-messages' },
    phases: [{ requests: 3, declared: { refused: 'store_unavailable', status: 503, calls: 0 } }],
  },
];
