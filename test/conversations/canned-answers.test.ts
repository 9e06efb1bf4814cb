import { describe, expect, it } from 'vitest';
import { CHAT_FORMATS } from '../kit/formats.ts';
import { hear } from './canned.ts';
import { CANNED, type CannedRow } from './canned-answers.ts';
import { judgeHead } from './judge.ts';
import type { ChoiceView } from './neutral.ts';
import { answerOf } from './play.ts';
import { READERS } from './read/index.ts';

/** The formats that have no place for log probabilities. */
const WITHOUT_LOGPROBS: readonly string[] = ['anthropic-messages', 'bedrock-converse'];
/** And the one that has none for citations. */
const WITHOUT_CITATIONS = 'ollama';

function judge(choice: ChoiceView | undefined, row: CannedRow, client: (typeof CHAT_FORMATS)[number]): void {
  const { text, calls, citations, stop = 'stop' } = row.answer;
  if (text !== undefined) expect(choice?.text).toBe(text);
  if (calls !== undefined) expect(choice?.calls.map(({ name, input }) => ({ name, input }))).toEqual(calls);
  if (citations !== undefined) expect(choice?.citations).toEqual(client === WITHOUT_CITATIONS ? [] : citations);
  expect(choice?.stop).toBe(READERS[client].stops[stop]);
  if (row.logprobs !== undefined && !WITHOUT_LOGPROBS.includes(client)) expect(choice?.logprobs).toEqual(row.logprobs);
}

for (const row of CANNED) {
  describe(row.case === undefined ? row.name : `${row.name} (case ${row.case})`, () => {
    it.each(CHAT_FORMATS.filter((client) => client !== row.provider))(
      'told to a client of %s, whole and streamed',
      async (client) => {
        for (const stream of [false, true]) {
          const heard = await hear(client, row.provider, row, stream);
          judgeHead(heard, stream);
          const answer = answerOf(client, heard.text, stream);
          expect(answer.choices).toHaveLength(1);
          judge(answer.choices[0], row, client);
          expect(answer.usage).toMatchObject({ input: 5, output: 7 });
          if (!stream) expect(heard.dropped.join()).toEqual([...(row.dropped?.[client] ?? [])].sort().join());
        }
      },
    );
  });
}
