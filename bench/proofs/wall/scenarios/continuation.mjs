/**
 * A stream that breaks behind its first content while somebody else could go on: a typed error in the stream, and with `continuation` the whole answer, but behind
 * tools, JSON and reasoning.
 */
const GOES_ON = { capabilities: { prefill: true } };
const two = (plays, speaks = 'openai-chat', other = 'openai-chat') => [
  { speaks, plays },
  { speaks: other, more: GOES_ON },
];
const NOW = (broken) => ({ broken, calls: 1 });

const BROKEN = [
  {
    title: 'cut behind its first words, with another deployment at hand',
    cases: ['cut', 31, 32, 33],
    ask: { stream: true },
    deployments: two('cut'),
    declared: NOW('upstream_unavailable'),
  },
  {
    title: 'cut behind its first words, with another format at hand',
    cases: ['cut', 32, 33],
    ask: { client: 'anthropic-messages', stream: true },
    deployments: two('cut', 'anthropic-messages', 'gemini'),
    declared: NOW('upstream_unavailable'),
  },
  {
    title: 'ended half-way, with another deployment at hand',
    cases: ['cleancut', 32, 33],
    ask: { client: 'gemini', stream: true },
    deployments: two('cleancut', 'gemini'),
    declared: NOW('upstream_incomplete'),
  },
  {
    title: 'overloaded half-way, with another deployment at hand',
    cases: ['midfault', 32, 33],
    ask: { stream: true },
    deployments: two('midfault', 'anthropic-messages'),
    declared: NOW('upstream_overloaded'),
  },
  {
    title: 'silent half-way, with another deployment at hand',
    cases: ['stall', 32, 33],
    ask: { client: 'openai-responses', stream: true },
    deployments: two('stall'),
    timeouts: { firstToken: '5s', idle: '150ms' },
    declared: NOW('upstream_timeout'),
  },
];

/** The same where another deployment may go on with what its client has. */
const continued = ({ title, declared: _, ...scenario }) => ({
  ...scenario,
  title: `${title}, which goes on`,
  script: 'text-20-prefill',
  alias: { continuation: true },
  declared: { answer: true, calls: 2, told: 1 },
});

const NEVER = [
  {
    title: 'never a second answer behind a tool call that was cut',
    cases: [33, 34, 35],
    script: 'tools',
    ask: { stream: true, tools: true },
    deployments: two('cut'),
    declared: NOW('upstream_unavailable'),
  },
  {
    title: 'never a second answer behind reasoning that was cut',
    cases: [33, 34],
    script: 'reasoning-20-text-20',
    ask: { client: 'anthropic-messages', stream: true },
    deployments: two('cut', 'anthropic-messages', 'anthropic-messages'),
    declared: { ...NOW('upstream_unavailable'), silent: true },
  },
  {
    title: 'never a second answer behind JSON that was cut',
    cases: [33, 34],
    script: 'json',
    ask: { prompt: 'Hello there, in JSON.', stream: true, more: { response_format: { type: 'json_object' } } },
    deployments: two('cut'),
    sizes: { cutAfter: 2 },
    declared: NOW('upstream_unavailable'),
  },
];

/** With continuation on nothing changes where no other deployment can go on. */
const guarded = ({ title, ...scenario }) => ({
  ...scenario,
  title: `${title}, with continuation`,
  alias: { continuation: true },
});

export const CONTINUATION = [...BROKEN, ...BROKEN.map(continued), ...NEVER, ...NEVER.map(guarded)];

/** Without hedging a slow first word is waited for, and the second deployment is left alone. With it the other one is asked, and the slow call is closed. */
export const HEDGING = [
  {
    title: 'a slow first word, with another deployment at hand',
    cases: ['slow'],
    ask: { stream: true },
    deployments: two('slow'),
    sizes: { slow: 300 },
    declared: { answer: true, calls: 1 },
  },
  {
    title: 'a slow first word, with another deployment that is asked besides',
    cases: ['slow'],
    ask: { stream: true },
    deployments: two('slow'),
    alias: { hedge: { after: '100ms', extra: 1 } },
    declared: { answer: true, calls: 2 },
  },
];
