import { describe, expect, it } from 'vitest';

/** One scenario as `bench/proofs/wall/scenarios` declares it. */
interface Scenario {
  readonly title: string;
  readonly cases: readonly (string | number)[];
  readonly mounts?: readonly string[];
  readonly [more: string]: unknown;
}
interface Judged {
  readonly problems: readonly string[];
  readonly fakes: readonly string[];
}

// Plain modules, so that `npm run proof:wall` runs the same ones without a compiler.
const at = '../../bench/proofs/wall';
const modules: readonly string[] = [`${at}/scenarios/index.mjs`, `${at}/play.mjs`, `${at}/judge.mjs`];
const [{ SCENARIOS }, { play }, { judge }] = (await Promise.all(modules.map((one) => import(one)))) as [
  { readonly SCENARIOS: Readonly<Record<string, readonly Scenario[]>> },
  { readonly play: (scenario: Scenario, mount: string) => Promise<unknown> },
  { readonly judge: (scenario: Scenario, seen: unknown) => Judged },
];
const all = Object.values(SCENARIOS).flat();

/** The cases that the wall has to have: every fault by its name, and what users of gateways were hurt by, by its number. */
const FAULTS =
  'utf8 cut cleancut badjson midfault stall html-stream html empty r429 secret500 leave-midstream leave-before-first leave-nonstream crlf paralleltools bigline bomb slow trickle 200-error double-usage no-terminal reset-before-headers two-terminals late-headers redirect wrong-content-type bad-gzip'.split(
    ' ',
  );
/** 49 is the guardrails', 40 a test of its own (cases.test.ts). */
const NUMBERS = [
  31,
  32,
  33,
  34,
  35,
  ...Array.from({ length: 21 }, (_, index) => 41 + index).filter((one) => one !== 49),
];

describe('the wall', () => {
  it('has at least 60 scenarios, each with a title of its own', () => {
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });

  it.each([...FAULTS, ...NUMBERS])('has a scenario of %s', (wanted) => {
    expect(all.filter(({ cases }) => cases.includes(wanted)).length).toBeGreaterThan(0);
  });

  /** A handful of each kind of state: the wall as a whole is `npm run proof:wall`. */
  const SMOKE = [
    'line ends, comments and ids are no content in another format',
    'a stream cut after 8 tokens never looks finished (anthropic-messages before openai-chat)',
    'a login page with status 200 is no stream',
    'a stream that falls silent ends with a typed error',
    'a client that leaves mid-stream closes the call',
    'a fallback answers where the deployments are exhausted, streamed',
    'three dead and one alive: each dead one is left alone after five calls, and tried once after its rest',
  ];
  it.each(SMOKE)('%s', async (title) => {
    const scenario = all.find((one) => one.title === title);
    if (scenario === undefined) throw new Error('no such scenario');
    expect(judge(scenario, await play(scenario, 'Fastify'))).toEqual({ problems: [], fakes: [] });
  });
});
