/** Answers that are files, or have them: the same timers, and a file that broke off does not end as a whole one. */
const of = (plays) => [{ speaks: 'openai-chat', plays }];
const TOO_LATE = { refused: 'upstream_timeout', status: 504 };
const TOTAL = { total: '600ms' };
const SPEECH = { client: 'speech', prompt: 'Hello there, and a few words more.' };

export const MEDIA = [
  {
    title: 'a file comes to its last byte',
    cases: [43],
    ask: SPEECH,
    deployments: of(undefined),
    declared: { answer: true },
  },
  {
    title: 'a file that broke off breaks the connection',
    cases: ['cut', 31],
    ask: SPEECH,
    deployments: of('cut'),
    declared: { severed: 'upstream_unavailable' },
  },
  {
    title: 'a file that never comes ends at the time of the request',
    cases: ['late-headers', 43],
    ask: SPEECH,
    deployments: of('late-headers'),
    timeouts: TOTAL,
    declared: TOO_LATE,
  },
  {
    title: 'a client that leaves a call for a file closes it',
    cases: ['leave-nonstream', 44],
    ask: SPEECH,
    deployments: of('late-headers'),
    leaves: 'asked',
    declared: { gone: true },
  },
  {
    title: 'images that never come end at the time of the request',
    cases: ['late-headers', 43],
    ask: { client: 'images' },
    deployments: of('late-headers'),
    timeouts: TOTAL,
    declared: TOO_LATE,
  },
  {
    title: 'images that are cut are no answer',
    cases: ['cut', 31],
    ask: { client: 'images' },
    deployments: of('cut'),
    declared: { refused: 'upstream_unavailable', status: 502, calls: 'any' },
  },
  {
    title: 'another deployment makes the images',
    cases: [51],
    ask: { client: 'images' },
    deployments: [...of('e500'), ...of(undefined)],
    declared: { answer: true, calls: 2 },
  },
].map((scenario) => ({ ...scenario, counts: false }));
