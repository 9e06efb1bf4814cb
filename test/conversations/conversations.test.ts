import { describe, expect, it } from 'vitest';
import { inexpressible, LOSSY_ROWS } from './inexpressible.ts';
import { comparable, judgeAnswer, judgeCall, judgeHead, judgeUsage } from './judge.ts';
import type { AnswerView, RequestView } from './neutral.ts';
import { PAIRS, type Pair } from './pairs.ts';
import { answerOf, play } from './play.ts';
import { READERS } from './read/index.ts';
import { given } from './read/json.ts';
import type { Row, Told } from './row.ts';
import { COHERE_ROWS } from './rows/cohere.ts';
import { ENDINGS } from './rows/endings.ts';
import { PROMPTS } from './rows/prompts.ts';
import { RESULTS } from './rows/results.ts';
import { SETTINGS } from './rows/settings.ts';
import { TOOLS } from './rows/tools.ts';
import { TABLE } from './table.ts';

async function judged(row: Row, pair: Pair, stream: boolean): Promise<AnswerView> {
  const { client, provider } = pair;
  const loss = inexpressible(row.name, client, provider);
  const played = await play({
    ...pair,
    stream,
    body: bodyOf(row, pair, stream),
    script: row.script ?? 'echo',
    models: row.models,
    sim: row.sim,
  });
  judgeHead(played, stream);
  judgeCall(played.call);
  expect(READERS[provider].request(played.call.body)).toEqual(expectedRequest(row, pair));
  expect(played.dropped).toEqual([...(loss.dropped ?? []), ...(stream ? [] : (loss.droppedFromAnswer ?? []))].sort());
  expect(played.inserted).toEqual([...(loss.inserted ?? [])].sort());
  const answer = answerOf(client, played.text, stream);
  const said = row.odd === true ? undefined : answerOf(provider, played.upstream, stream);
  const told = given({ ...row.answer, ...loss.answer }) as Told;
  judgeAnswer(answer, said, told, pair);
  judgeUsage(answer.usage, played.call, pair, told.usage ?? 'true');
  return answer;
}

/** The client's body; on streams of the format that has the option, usage is asked for. */
function bodyOf(row: Row, { client }: Pair, stream: boolean): object {
  const body = row.says[client] ?? {};
  return client === 'openai-chat' && stream ? { ...body, stream_options: { include_usage: true } } : body;
}

function expectedRequest(row: Row, { client, provider }: Pair): RequestView {
  return given({ ...row.request, ...inexpressible(row.name, client, provider).request }) as RequestView;
}

for (const row of TABLE) {
  describe(row.case === undefined ? row.name : `${row.name} (case ${row.case})`, () => {
    const served = PAIRS.filter(
      ({ client, provider }) =>
        row.says[client] !== undefined &&
        !(row.odd === true && client === provider) &&
        inexpressible(row.name, client, provider).refused === undefined,
    );
    it.each(served)('$client → $provider: heard and told whole, streamed or not', async (pair) => {
      const whole = await judged(row, pair, false);
      const streamed = await judged(row, pair, true);
      expect(comparable(streamed, row.answer)).toEqual(comparable(whole, row.answer));
    });
  });
}

it.each(PAIRS)('no pair is skipped: $client → $provider has conversations of every kind', ({ client, provider }) => {
  const played = TABLE.filter(
    (row) =>
      row.says[client] !== undefined &&
      !(row.odd === true && client === provider) &&
      inexpressible(row.name, client, provider).refused === undefined,
  );
  expect(played.length).toBeGreaterThan(25);
  for (const kind of [PROMPTS, TOOLS, RESULTS, SETTINGS, ENDINGS])
    expect(kind.filter(({ name }) => played.some((row) => row.name === name)).length).toBeGreaterThan(0);
});

it('no loss is on record for a row that is not in the table', () => {
  const names = TABLE.map((row) => row.name);
  expect(new Set(names).size).toBe(names.length);
  expect([...LOSSY_ROWS, ...COHERE_ROWS].filter((name) => !names.includes(name))).toEqual([]);
});
