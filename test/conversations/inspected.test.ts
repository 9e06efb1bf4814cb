import { describe, expect, it } from 'vitest';
import { CHAT_FORMATS } from '../kit/formats.ts';
import { comparable, judgeCall, judgeHead } from './judge.ts';
import { answerOf, play } from './play.ts';
import { READERS } from './read/index.ts';
import { TABLE } from './table.ts';

describe('within one format, through the chat model because a hook looks at it: heard and told the same', () => {
  for (const format of CHAT_FORMATS) {
    const rows = TABLE.filter((row) => row.says[format] !== undefined && row.odd !== true);
    it.each(rows.map((row) => ({ name: row.name, row })))(`${format}: $name`, async ({ row }) => {
      for (const stream of [false, true]) {
        const said = row.says[format] ?? {};
        const body = format === 'openai-chat' && stream ? { ...said, stream_options: { include_usage: true } } : said;
        const models = row.models?.[format] === undefined ? undefined : { [format]: row.models[format] };
        const script = row.script ?? 'echo';
        const played = await play({
          client: format,
          provider: format,
          body,
          stream,
          script,
          models,
          sim: row.sim,
          inspected: true,
        });
        judgeHead(played, stream);
        judgeCall(played.call);
        expect(READERS[format].request(played.call.body)).toEqual(READERS[format].request(body));
        expect(played.dropped).toEqual([]);
        const alike = (bytes: string) => comparable(answerOf(format, bytes, stream), row.answer);
        expect(alike(played.text)).toEqual(alike(played.upstream));
      }
    });
  }
});
