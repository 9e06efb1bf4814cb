import { type SimDispatcher, simDispatcher } from '@postern/sim';
import { describe, expect, it } from 'vitest';
import { wireText } from '../kit/event-stream.ts';
import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';
import { aliasOf, chatRequest, type GatewaySettings, gatewayOver } from './gateway.ts';
import { inexpressible } from './inexpressible.ts';
import { judgeCall } from './judge.ts';
import type { RequestView } from './neutral.ts';
import { MODELS } from './pairs.ts';
import { answerOf, told } from './play.ts';
import { completing, isPrompt, promptOf } from './prompts.ts';
import { READERS } from './read/index.ts';
import { given, type Json } from './read/json.ts';
import { sseEvents } from './read/sse.ts';
import type { Row, Told } from './row.ts';
import { TABLE } from './table.ts';

/** The older completions API beside the chat formats: the pairs that the matrix of conversations does not have. */
const MORE: NonNullable<GatewaySettings['more']> = {
  text: { format: 'openai-completions', baseUrl: 'https://text.test/v1', auth: 'bearer', model: 'base' },
};
const titleOf = (row: Row): string => (row.case === undefined ? row.name : `${row.name} (case ${row.case})`);
const modelsOf = (row: Row) => ({ ...MODELS, ...row.models });

/** What a prompt can't say, by the member of the conversation: the name in `x-postern-dropped`. */
const LOST: readonly (readonly [keyof RequestView, RegExp])[] = [
  ['tools', /^tools/],
  ['serverTools', /tools|web_search|codeExecution|googleSearch/],
  ['topK', /top_k/],
  ['output', /response_format/],
  ['thinking', /reasoning/],
  ['cached', /cache_control/],
];
/** Said, but nothing is lost: what is neutral, or needs no words. */
const NEUTRAL: Readonly<Record<string, unknown>> = { output: 'text' };

/** Fields of one format that this one has as well. */
const SHARED = new Set(['logit_bias']);

function lostNames({ request }: Row): RegExp[] {
  const fields = Object.keys(request.fields ?? {}).filter((name) => !SHARED.has(name));
  const lost = LOST.flatMap(([member, name]) =>
    request[member] === undefined || request[member] === NEUTRAL[member] || isOff(request[member]) ? [] : [name],
  );
  return fields.length === 0 ? lost : [...lost, /./];
}
const isOff = (value: unknown): boolean => typeof value === 'object' && value !== null && 'off' in value;

async function toCompletions(row: Row, client: ChatFormat, stream: boolean, strict: boolean) {
  const provider = completing();
  const gateway = gatewayOver(provider, { models: modelsOf(row), more: MORE, strict });
  const response = await gateway.fetch(chatRequest(client, row.says[client] ?? {}, aliasOf('text'), stream));
  const text = await wireText(response);
  await gateway.close();
  return { ...told(response), text, provider };
}

/** Several messages of the user are one content to one format; to set a border between those of the others is not ours. */
const SEVERAL = 'content of several parts, and messages of one role in a row';
const isOnePrompt = ({ name, request }: Row, client: ChatFormat): boolean =>
  isPrompt(request) && (name !== SEVERAL || client === 'gemini');

describe.each(CHAT_FORMATS)('%s → openai-completions', (client) => {
  const rows = TABLE.filter((row) => row.says[client] !== undefined).map((row) => ({ name: titleOf(row), row }));

  it.each(rows.filter(({ row }) => isOnePrompt(row, client)))('$name: heard and told', async ({ row }) => {
    const texts = row.request.turns.flatMap(({ parts }) =>
      parts.flatMap((part) => ('text' in part ? [part.text] : [])),
    );
    for (const stream of [false, true]) {
      const heard = await toCompletions(row, client, stream, false);
      expect(heard.status, heard.text).toBe(200);
      const sent = heard.provider.body();
      expect(sent.prompt).toBe(texts.join(''));
      expect(sent.max_tokens).toBe(row.request.maxTokens);
      expect(sent.temperature).toBe(row.request.temperature);
      for (const name of lostNames(row))
        expect(
          heard.dropped.some((entry) => name.test(entry)),
          String(name),
        ).toBe(true);
      const [choice] = answerOf(client, heard.text, stream, false).choices;
      expect(choice?.text).toBe(texts.join(''));
      expect(choice?.stop).toBe(READERS[client].stops.stop);
    }
  });

  it.each(rows.filter(({ row }) => isOnePrompt(row, client) && lostNames(row).length > 0))(
    '$name: refused when strict, and nobody is called',
    async ({ row }) => {
      for (const stream of [false, true]) {
        const { status, text, provider } = await toCompletions(row, client, stream, true);
        expect([status, provider.asked]).toEqual([400, []]);
        expect(READERS[client].error(JSON.parse(text)).message).toBeTruthy();
      }
    },
  );

  it.each(rows.filter(({ row }) => !isOnePrompt(row, client)))(
    '$name: refused, and nobody is called',
    async ({ row }) => {
      for (const stream of [false, true]) {
        const { status, text, provider } = await toCompletions(row, client, stream, false);
        expect([status, provider.asked]).toEqual([400, []]);
        expect(READERS[client].error(JSON.parse(text)).message).toMatch(/conversation|text|prompt|capable|support/i);
      }
    },
  );
});

interface Completion {
  readonly choices: readonly { readonly text: string; readonly finish_reason: string | null }[];
}

/** The words of each choice, and why it ended. */
function completionOf(text: string, stream: boolean): { texts: string[]; reasons: (string | null)[] } {
  if (!stream) {
    const { choices } = JSON.parse(text) as Completion;
    return { texts: choices.map((choice) => choice.text), reasons: choices.map((choice) => choice.finish_reason) };
  }
  const told = sseEvents(text).map(({ data }) => data);
  expect(told.at(-1)).toBe('[DONE]');
  const texts: string[] = [];
  const reasons: (string | null)[] = [];
  for (const data of told.slice(0, -1))
    for (const choice of (JSON.parse(data) as { choices: (Completion['choices'][number] & { index: number })[] })
      .choices) {
      texts[choice.index] = (texts[choice.index] ?? '') + choice.text;
      reasons[choice.index] = choice.finish_reason ?? reasons[choice.index] ?? null;
    }
  return { texts, reasons };
}

const completionRequest = (body: Json, model: string, stream: boolean): Request =>
  new Request('http://gateway.test/v1/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer a-key-of-the-client' },
    body: JSON.stringify({ model, ...body, ...(stream ? { stream } : {}) }),
  });

const SAID = TABLE.flatMap((row) => {
  const body = promptOf(row.says['openai-chat'] as Json | undefined);
  return body === undefined ? [] : [{ name: titleOf(row), row, body }];
});
const REASONS = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  filtered: 'content_filter',
  refusal: 'content_filter',
} as const;

describe.each(CHAT_FORMATS)('openai-completions → %s', (provider) => {
  const lossOf = (row: Row) => (provider === 'openai-chat' ? {} : inexpressible(row.name, 'openai-chat', provider));

  it.each(SAID.filter(({ row }) => lossOf(row).refused === undefined))(
    '$name: heard and told',
    async ({ row, body }) => {
      const loss = lossOf(row);
      for (const stream of [false, true]) {
        const sim: SimDispatcher = simDispatcher({ ...row.sim, script: () => row.script ?? 'echo' });
        const gateway = gatewayOver(sim, { models: modelsOf(row) });
        const response = await gateway.fetch(completionRequest(body, aliasOf(provider), stream));
        const text = await wireText(response);
        await gateway.close();
        expect(response.status, text).toBe(200);
        judgeCall(sim.calls[0]);
        expect(READERS[provider].request(sim.calls[0]?.body)).toEqual(given({ ...row.request, ...loss.request }));
        const { dropped } = told(response);
        expect(dropped).toEqual(expect.arrayContaining([...(loss.dropped ?? [])]));
        const { texts, reasons } = completionOf(text, stream);
        const answer = given({ ...row.answer, ...loss.answer }) as Told;
        expect(texts).toHaveLength(answer.choices ?? 1);
        if (answer.text !== undefined) expect(texts[0]).toBe(answer.text);
        const stop = READERS[provider].tells(answer.stop ?? 'stop');
        if (stop !== 'tools') expect(reasons[0]).toBe(REASONS[stop]);
      }
    },
  );
});

describe('openai-completions → openai-completions', () => {
  it.each(SAID)('$name: the very bytes', async ({ row, body }) => {
    for (const stream of [false, true]) {
      const provider = completing();
      const gateway = gatewayOver(provider, { models: modelsOf(row), more: MORE });
      const text = await wireText(await gateway.fetch(completionRequest(body, aliasOf('text'), stream)));
      await gateway.close();
      expect(provider.body()).toMatchObject({ ...body, model: 'base' });
      expect(completionOf(text, stream).texts).toEqual(Array.from({ length: Number(body.n ?? 1) }, () => body.prompt));
    }
  });
});
