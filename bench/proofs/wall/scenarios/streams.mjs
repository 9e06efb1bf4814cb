/** Streams that break behind their first content, with nobody else to ask: one typed error in the stream, and no sign of a good end. */
const of = (plays, speaks = 'openai-chat') => [{ speaks, plays }];
const NATIVE = ['openai-chat', 'anthropic-messages', 'gemini', 'openai-responses', 'cohere', 'ollama'];
/** Which client meets which provider besides: each of both in turn. */
const MIXED = [
  ['anthropic-messages', 'openai-chat'],
  ['gemini', 'anthropic-messages'],
  ['openai-chat', 'gemini'],
  ['openai-responses', 'bedrock-converse'],
];
const CUT = { broken: 'upstream_unavailable' };
const ENDED = { broken: 'upstream_incomplete' };
const each = (title, cases, plays, declared, pairs) =>
  pairs.map(([client, speaks]) => ({
    title: `${title} (${client === speaks ? client : `${client} before ${speaks}`})`,
    cases,
    ask: { client, stream: true },
    deployments: of(plays, speaks),
    declared,
  }));
const native = NATIVE.map((format) => [format, format]);

export const STREAMS = [
  ...each('a stream cut after 8 tokens never looks finished', ['cut', 31], 'cut', CUT, [...native, ...MIXED]),
  ...each('a stream that ends cleanly half-way never looks finished', ['cleancut', 31], 'cleancut', ENDED, [
    ...native,
    ...MIXED,
  ]),
  {
    title: 'an overload in the middle keeps its name',
    cases: ['midfault', 57],
    ask: { stream: true },
    deployments: of('midfault'),
    declared: { broken: 'upstream_overloaded' },
  },
  {
    title: 'an overload in the middle keeps its name in another format',
    cases: ['midfault', 57],
    ask: { client: 'gemini', stream: true },
    deployments: of('midfault', 'anthropic-messages'),
    declared: { broken: 'upstream_overloaded' },
  },
  {
    title: 'an end without its reason is none',
    cases: ['no-terminal', 39],
    ask: { client: 'gemini', stream: true },
    deployments: of('no-terminal', 'gemini'),
    declared: ENDED,
  },
  {
    title: 'an end without its reason is none in another format',
    cases: ['no-terminal', 39],
    ask: { client: 'openai-chat', stream: true },
    deployments: of('no-terminal', 'openai-responses'),
    declared: ENDED,
  },
  {
    title: 'a tool call that is cut is no success',
    cases: [34, 35],
    script: 'tools',
    ask: { stream: true, tools: true },
    deployments: of('cut'),
    declared: CUT,
  },
  {
    title: 'a tool call that is cut is no success in another format',
    cases: [34, 35],
    script: 'tools',
    ask: { client: 'anthropic-messages', stream: true, tools: true },
    deployments: of('cut'),
    declared: CUT,
  },
  {
    title: 'a tool call that ends half-way has no finish reason made up for it',
    cases: [35],
    script: 'tools',
    ask: { stream: true, tools: true },
    deployments: of('cleancut', 'bedrock-converse'),
    declared: ENDED,
  },
  {
    title: 'a stream that broke off in its reasoning is no success',
    cases: [34],
    script: 'reasoning-20-text-20',
    ask: { client: 'anthropic-messages', stream: true },
    deployments: of('cut', 'anthropic-messages'),
    declared: { ...CUT, silent: true },
  },
  {
    title: 'a line without an end is not swallowed',
    cases: ['bigline'],
    script: 'text-20',
    ask: { stream: true },
    deployments: of('bigline'),
    declared: { refused: 'upstream_invalid_response', status: 502, calls: 1 },
  },
  {
    title: 'a bomb on a stream is not unpacked',
    cases: ['bomb'],
    ask: { stream: true },
    deployments: of('bomb'),
    declared: { refused: 'upstream_invalid_response', status: 502, calls: 1 },
  },
];
