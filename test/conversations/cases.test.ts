import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatFormat } from '../kit/formats.ts';
import { bodyOf, type Turn } from './cases.ts';
import { PAIRS } from './pairs.ts';
import { type Played, play } from './play.ts';
import { READERS } from './read/index.ts';

/**
 * What users of other gateways were hurt by in translations, by its number in the collection of such cases, where one conversation is not enough to
 * tell: everything that differs is tried over all pairs. The other cases are rows of the table, and named there.
 */
const CROSSED = PAIRS.filter(({ client, provider }) => client !== provider);

/** Served, and nothing for the vendor to refuse. */
function served({ status, call, text }: Played, what: unknown): void {
  expect(call?.refusal, `${JSON.stringify(what)}: ${JSON.stringify(call?.body)}`).toBeUndefined();
  expect(status, `${JSON.stringify(what)}: ${text}`).toBe(200);
}

const bytesOf = ({ call }: Played): string => Buffer.from(call?.bodyBytes ?? []).toString();
const hello: Turn = { user: ['Hello.'] };

describe.each(CROSSED)('$client → $provider', (pair) => {
  const ask = (turns: readonly Turn[], schema?: object) =>
    play({ ...pair, body: bodyOf(pair.client, turns, schema), stream: false, script: 'text-4' });

  it('case 64: a result whose call is not in the history is never deleted without a word', async () => {
    const played = await ask([hello, { results: [{ id: 'call_9', text: 'eleven degrees' }] }]);
    if (played.call === undefined) {
      expect(played.status).toBe(400);
      expect(READERS[pair.client].error(JSON.parse(played.text)).message).toBeTruthy();
    } else expect(bytesOf(played)).toContain('eleven degrees');
  });

  it('case 65: calls and texts in any order within a turn are put as the vendor wants them', async () => {
    const [call, other, text] = [{ call: 'call_1' }, { call: 'call_2' }, { text: 'I look it up.' }];
    const orders = [
      [call, other, text],
      [call, text, other],
      [text, call, other],
      [text, call, text, other],
    ];
    for (const parts of orders) {
      const results = [
        { id: 'call_2', text: 'warm' },
        { id: 'call_1', text: 'cool' },
      ];
      const played = await ask([hello, { assistant: parts }, { results }]);
      served(played, parts);
      for (const said of ['I look it up.', 'warm', 'cool']) expect(bytesOf(played)).toContain(said);
    }
  });

  it.each(['', ' ', '\n', ' \t\n '])('case 66: a blank text %j anywhere is nothing to refuse', async (blank) => {
    const histories: Turn[][] = [
      [{ user: [blank, 'Hello.'] }],
      [{ user: ['Hello.', blank] }],
      [hello, { assistant: [{ text: blank }] }, { user: ['And?'] }],
      [hello, { assistant: [{ text: blank }, { call: 'call_1' }] }, { results: [{ id: 'call_1', text: blank }] }],
    ];
    for (const turns of histories) served(await ask(turns), turns);
  });

  it('case 67: whatever a schema holds, the vendor takes it, and what it says is said', async () => {
    for (const schema of fc.sample(SCHEMAS, { numRuns: 12, seed: seedOf(pair.client, pair.provider) })) {
      const played = await ask([hello], schema);
      if (played.status === 400 && played.call === undefined) {
        expect(READERS[pair.client].error(JSON.parse(played.text)).message).toMatch(/schema/i);
        continue;
      }
      served(played, schema);
      const [tool] = READERS[pair.provider].request(played.call?.body).tools ?? [];
      if (played.dropped.length === 0) expect(tool?.schema).toEqual(schema);
    }
  });
});

/** The same schemas every time, and others for every pair: 12 for each of 42 are over 500. */
const seedOf = (client: ChatFormat, provider: ChatFormat): number =>
  [...`${client} ${provider}`].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) % 1_000_003;

const plain = fc.oneof(
  fc.record({
    type: fc.constantFrom('string', 'integer', 'number', 'boolean'),
    description: fc.constant('some words'),
  }),
  fc.constant({ type: 'string', enum: ['a', 'b'] }),
  fc.constant({ type: 'string', minLength: 1, maxLength: 9, pattern: '^[a-z]+$', format: 'date-time' }),
  fc.constant({ type: 'integer', minimum: 0, maximum: 9 }),
  fc.constant({ type: ['string', 'null'] }),
  fc.constant({ anyOf: [{ type: 'string' }, { type: 'integer' }] }),
  fc.constant({ $ref: '#/$defs/place' }),
);
const nested = fc.oneof(
  plain,
  plain.map((items) => ({ type: 'array', items, minItems: 1 })),
  plain.map((a) => ({ type: 'object', properties: { a }, required: ['a'], additionalProperties: false })),
);
const SCHEMAS: fc.Arbitrary<object> = fc
  .record({ one: nested, two: nested, open: fc.boolean(), named: fc.boolean() })
  .map(({ one, two, open, named }) => ({
    ...(named ? { title: 'Travel' } : {}),
    type: 'object',
    properties: { one, two },
    required: ['one'],
    ...(open ? {} : { additionalProperties: false }),
    $defs: { place: { type: 'object', properties: { town: { type: 'string' } } } },
  }));
