/** The same faults where the gateway looks into what passes: rows whose API is repaired, hooks on the answer, keys of requests that come twice. */
const of = (plays, provider = {}) => [{ speaks: 'openai-chat', plays, provider }];
const COMPATIBLE = { fidelity: 'compatible' };
const HOOKED = { hooks: { onEvent: [(event) => event] } };
const KEYED = { access: { identify: () => ({ id: 'alice' }) } };
const ANSWER = { answer: true };
const CUT = { broken: 'upstream_unavailable' };
const ENDED = { broken: 'upstream_incomplete' };
const INVALID = { refused: 'upstream_invalid_response', status: 502, calls: 3 };
const stream = (client = 'openai-chat') => ({ client, stream: true });
const keyed = (ask) => ({ ...ask, headers: { 'idempotency-key': 'one-and-the-same' } });
const DONE = { refused: 'idempotency_done', status: 409, calls: 0 };

const rows = [
  ['a repaired stream that is cut never looks finished', ['cut', 31], stream(), of('cut', COMPATIBLE), CUT],
  [
    'a repaired stream that ends half-way never looks finished',
    ['cleancut', 31],
    stream(),
    of('cleancut', COMPATIBLE),
    ENDED,
  ],
  ['a broken event of a repaired stream is withheld', ['badjson'], stream(), of('badjson', COMPATIBLE), ANSWER],
  [
    'parallel tool calls of a repaired stream keep their arguments',
    ['paralleltools'],
    { ...stream(), tools: true },
    of('paralleltools', COMPATIBLE),
    ANSWER,
  ],
  ['a login page is no answer of a repaired API', ['html'], {}, of('html', COMPATIBLE), INVALID],
  ['a login page is no stream of a repaired API', ['html-stream'], stream(), of('html-stream', COMPATIBLE), INVALID],
  [
    'a stream that hooks look into and that is cut never looks finished',
    ['cut', 31],
    stream(),
    of('cut'),
    CUT,
    { config: HOOKED },
  ],
  [
    'a stream that hooks look into and that ends half-way never looks finished',
    ['cleancut', 31],
    stream('anthropic-messages'),
    of('cleancut'),
    ENDED,
    { config: HOOKED },
  ],
  ['a stream that hooks look into is whole', ['crlf'], stream('gemini'), of('crlf'), ANSWER, { config: HOOKED }],
  [
    'a tool call that hooks look into and that is cut is no success',
    [34, 35],
    { ...stream(), tools: true },
    of('cut'),
    CUT,
    { config: HOOKED, script: 'tools' },
  ],
];

export const LOOKED_INTO = [
  ...rows.map(([title, cases, ask, deployments, declared, more]) => ({
    title,
    cases,
    ask,
    deployments,
    declared,
    ...more,
  })),
  {
    title: 'a stream that broke is not given again as an answer to its key',
    cases: ['cut', 23, 31],
    config: KEYED,
    ask: keyed(stream()),
    deployments: of('cut'),
    phases: [{ declared: CUT }, { heals: true, declared: DONE }],
  },
  {
    title: 'half a body is not given again as an answer to its key',
    cases: ['cleancut', 23],
    config: KEYED,
    ask: keyed({}),
    deployments: of('cleancut'),
    phases: [{ declared: INVALID }, { heals: true, declared: DONE }],
  },
  {
    title: 'a request that nobody charged for may come again with its key',
    cases: [23, 56],
    config: KEYED,
    ask: keyed({}),
    deployments: of('e500'),
    phases: [
      { declared: { refused: 'upstream_unavailable', status: 500, calls: 3 } },
      { heals: true, declared: ANSWER },
    ],
  },
];
