import { describe, expect, it } from 'vitest';
import { inexpressible } from './inexpressible.ts';
import type { ErrorView } from './neutral.ts';
import { PAIRS, type Pair } from './pairs.ts';
import { play } from './play.ts';
import { READERS } from './read/index.ts';
import type { Row } from './row.ts';
import { TABLE } from './table.ts';

const RUNS = TABLE.flatMap((row) =>
  PAIRS.filter(({ client }) => row.says[client] !== undefined).map((pair) => ({
    ...pair,
    row,
    name: row.name,
    loss: inexpressible(row.name, pair.client, pair.provider),
  })),
);

/** The words of each format for a request that can't be served as it stands. */
const REFUSED = {
  'openai-chat': 'invalid_request_error',
  'anthropic-messages': 'invalid_request_error',
  gemini: 'INVALID_ARGUMENT',
  cohere: 'message',
  ollama: 'error',
  'bedrock-converse': 'exception',
  'openai-responses': 'invalid_request_error',
};

/** Refused by Postern in the client's own format, and nobody was called. */
async function refused(row: Row, { client, provider }: Pair, stream: boolean, strict: boolean): Promise<ErrorView> {
  const body = row.says[client] ?? {};
  const played = await play({
    client,
    provider,
    body,
    stream,
    strict,
    script: row.script,
    models: row.models,
    sim: row.sim,
  });
  expect(played.status).toBe(400);
  expect(played.headers.get('content-type')).toMatch(/^application\/json/);
  expect(played.call).toBeUndefined();
  const error = READERS[client].error(JSON.parse(played.text));
  expect(error.type).toBe(REFUSED[client]);
  return error;
}

describe('strict: what the target can not express is refused, and nobody is called (case 72)', () => {
  it.each(RUNS.filter(({ loss }) => loss.dropped !== undefined))(
    '$name: $client → $provider',
    async ({ row, loss, ...pair }) => {
      for (const stream of [false, true]) {
        const { message } = await refused(row, pair, stream, true);
        for (const name of loss.dropped ?? []) expect(message).toContain(name.replaceAll('_(', ' ('));
      }
    },
  );
});

describe('strict: what loses nothing is served as ever (case 72)', () => {
  it.each(RUNS.filter(({ loss }) => loss.dropped === undefined && loss.refused === undefined))(
    '$name: $client → $provider',
    async ({ row, client, provider }) => {
      const body = row.says[client] ?? {};
      const script = row.script ?? 'echo';
      const played = await play({
        client,
        provider,
        body,
        stream: false,
        strict: true,
        script,
        models: row.models,
        sim: row.sim,
      });
      expect(played.status, played.text).toBe(200);
      expect(played.call?.refusal).toBeUndefined();
    },
  );
});

describe('what no dropping can save is refused, strict or not', () => {
  it.each(RUNS.filter(({ loss }) => loss.refused !== undefined))(
    '$name: $client → $provider',
    async ({ row, loss, ...pair }) => {
      for (const stream of [false, true]) {
        for (const strict of [false, true]) await refused(row, pair, stream, strict);
      }
      expect(loss.refused?.param).toBeTruthy();
    },
  );
});
