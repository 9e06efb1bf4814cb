import { describe, expect, it } from 'vitest';
import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';
import { streamField } from './gateway.ts';
import { judgeHead } from './judge.ts';
import { MODELS } from './pairs.ts';
import { play } from './play.ts';
import { READERS } from './read/index.ts';
import type { Row } from './row.ts';
import { TABLE } from './table.ts';

/** What goes to the provider: the client's own bytes, with the model exchanged in them where they hold one. */
function sentBytes(format: ChatFormat, body: object, model: string, stream: boolean): string {
  if (format === 'gemini' || format === 'bedrock-converse') return JSON.stringify(body);
  return JSON.stringify({ model, ...body, ...streamField(format, stream) });
}

/** Its usage is the last event of the format, and a stream ends with that for the client: a second one stands behind the end. */
const SAYS_MORE = 'bedrock-converse: usage that comes twice';

async function bytesPass(row: Row, format: ChatFormat, stream: boolean): Promise<void> {
  const said = row.says[format] ?? {};
  // Without it the gateway asks for usage itself, see below.
  const body = format === 'openai-chat' && stream ? { ...said, stream_options: { include_usage: true } } : said;
  const models = row.models?.[format] === undefined ? undefined : { [format]: row.models[format] };
  const played = await play({
    client: format,
    provider: format,
    body,
    stream,
    script: row.script ?? 'echo',
    models,
    sim: row.sim,
  });
  judgeHead(played, stream);
  const model = row.models?.[format] ?? MODELS[format];
  expect(Buffer.from(played.call?.bodyBytes ?? []).toString()).toBe(sentBytes(format, body, model, stream));
  if (stream && `${format}: ${row.name}` === SAYS_MORE) expect(played.upstream.startsWith(played.text)).toBe(true);
  else expect(played.text).toBe(played.upstream);
  expect(played.dropped).toEqual([]);
  expect(played.inserted).toEqual([]);
}

describe('within one format the bytes pass: the model is exchanged, and nothing else', () => {
  for (const format of CHAT_FORMATS) {
    it.each(TABLE.filter((row) => row.says[format] !== undefined).map((row) => ({ name: row.name, row })))(
      `${format}: $name`,
      async ({ row }) => {
        await bytesPass(row, format, false);
        await bytesPass(row, format, true);
      },
    );
  }
});

describe('usage on streams', () => {
  const body = { messages: [{ role: 'user', content: 'Hello.' }] };

  it.each(CHAT_FORMATS)('that nobody asked for is not sent: OpenAI chat client, %s provider', async (provider) => {
    const played = await play({ client: 'openai-chat', provider, body, stream: true, script: 'text-5+usage' });
    judgeHead(played, true);
    expect(READERS['openai-chat'].stream(played.text, { usage: false })).not.toHaveProperty('usage');
  });

  it('is asked for upstream all the same, since it is billed by', async () => {
    const { call } = await play({
      client: 'openai-chat',
      provider: 'openai-chat',
      body,
      stream: true,
      script: 'text-5',
    });
    expect(call?.body).toMatchObject({ stream_options: { include_usage: true } });
  });
});

describe('a stream that its client wants as one JSON array', () => {
  it.each(CHAT_FORMATS)('is one, from a provider of %s', async (provider) => {
    const contents = [{ role: 'user', parts: [{ text: 'Good morning.' }] }];
    const played = await play({
      client: 'gemini',
      provider,
      body: { contents },
      stream: true,
      framing: 'array',
      script: 'echo',
    });
    expect(played.headers.get('content-type')).toMatch(/^application\/json/);
    expect(JSON.parse(played.text)).toBeInstanceOf(Array);
    const answer = READERS.gemini.answer(READERS.gemini.stream(played.text, { usage: true }));
    expect(answer.choices.map(({ text, stop }) => ({ text, stop }))).toEqual([{ text: 'Good morning.', stop: 'STOP' }]);
  });
});
