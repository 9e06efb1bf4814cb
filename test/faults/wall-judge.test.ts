import { describe, expect, it } from 'vitest';

type Json = Readonly<Record<string, unknown>>;
interface Judged {
  readonly problems: readonly string[];
  readonly fakes: readonly string[];
}

const module: string = '../../bench/proofs/wall/judge.mjs';
const { judge } = (await import(module)) as { readonly judge: (scenario: Json, seen: Json) => Judged };

const KNOWN = { text: 'Amber anchor arch autumn.', calls: [] };
const PART = 'Amber anchor';
const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const DONE = 'data: [DONE]\n\n';
const ERROR = `data: ${JSON.stringify({ error: { message: 'it broke', type: 'server_error', param: null, code: 'c' } })}\n\n`;
const GOOD = chunk({ content: KNOWN.text }) + chunk({}, 'stop') + DONE;
const whole = (content: string): string =>
  JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] });

interface Scene {
  readonly body: string;
  readonly declared: Json;
  readonly stream?: boolean;
  readonly status?: number;
  /** Did HTTP end as it should? */
  readonly complete?: boolean;
  readonly headers?: Json;
  /** What the provider saw of its call. */
  readonly call?: Json;
  readonly client?: string;
  readonly known?: Json;
  /** What the gateway said and wrote. */
  readonly ended?: Json;
  readonly row?: Json;
  readonly open?: Json;
}

const USAGE = { input: 3, output: 4 };
const FINISHED = { status: 200, end: 'finished', emitted: 4, usage: USAGE };
const CUT = { status: 200, end: 'broken', emitted: 2, usage: USAGE };
const ENDED_EARLY = { ...CUT, end: 'finished' };
const PAGE = { status: 200, end: 'finished', emitted: 0, usage: undefined };

/** What a run of one request has seen. */
function judged(scene: Scene): Judged {
  const { body, client = 'openai-chat', complete = true, declared, status = 200, stream = true } = scene;
  const call = {
    label: 'd0',
    path: '/v1/chat/completions',
    headers: { authorization: 'Bearer key-of-d0-7f3a91c05d' },
    refusal: undefined,
    ...FINISHED,
    ...scene.call,
  };
  const outcome = declared['answer'] === true ? 'ok' : 'fault';
  const error = { code: declared['broken'] ?? declared['refused'] };
  const ended = { id: 'r', outcome, ...(outcome === 'ok' ? {} : { error }), ...scene.ended };
  const row = { attempt: 'r.1', request: 'r', outcome, usage: USAGE, ...scene.row };
  const answer = { status, headers: scene.headers ?? {}, body: Buffer.from(body), complete };
  return judge(
    { ask: { client, stream } },
    {
      phases: [{ declared, requests: [{ answer, calls: [call] }] }],
      ended: [ended],
      rows: [row],
      open: { requests: 0, ...scene.open },
      known: scene.known ?? KNOWN,
    },
  );
}

const BROKEN = { broken: 'upstream_unavailable' };
const REFUSED = { refused: 'upstream_invalid_response', status: 502 };
const ANSWER = { answer: true };
const said = (scene: Scene): string => judged(scene).problems.join('\n');

describe('the judge of the wall', () => {
  it('has nothing to say of a good answer, a typed error in a stream, or a typed refusal', () => {
    expect(judged({ body: GOOD, declared: ANSWER })).toEqual({ problems: [], fakes: [] });
    expect(judged({ body: whole(KNOWN.text), stream: false, declared: ANSWER })).toEqual({ problems: [], fakes: [] });
    const broken = chunk({ content: PART }) + ERROR;
    expect(judged({ body: broken, call: CUT, declared: BROKEN })).toEqual({ problems: [], fakes: [] });
    const refusal = {
      body: ERROR.slice('data: '.length),
      status: 502,
      headers: { 'content-type': 'application/json' },
      call: PAGE,
    };
    expect(judged({ ...refusal, declared: REFUSED })).toEqual({ problems: [], fakes: [] });
  });

  // What other gateways made of these faults, as measured: the wall is there to see it.
  const FAKES: readonly (Scene & { readonly fake: string })[] = [
    { fake: 'a cut stream that just ends', body: chunk({ content: PART }), call: CUT, declared: BROKEN },
    {
      fake: 'a stream that ended half-way and just ends',
      body: chunk({ content: PART }),
      call: ENDED_EARLY,
      declared: BROKEN,
    },
    { fake: 'a cut stream with a [DONE] made up', body: chunk({ content: PART }) + DONE, call: CUT, declared: BROKEN },
    {
      fake: 'a cut stream with a finish reason made up',
      body: chunk({ content: PART }) + chunk({}, 'stop'),
      call: CUT,
      declared: BROKEN,
    },
    {
      fake: 'a login page as an empty answer with all of its end',
      body: chunk({ content: '' }) + chunk({}, 'stop') + DONE,
      call: PAGE,
      declared: REFUSED,
    },
    {
      fake: 'a login page as a body with status 200',
      body: '{"html-message":"<html>Sign in</html>"}',
      stream: false,
      call: PAGE,
      declared: REFUSED,
    },
    {
      fake: 'an error of the provider as an empty answer',
      body: whole(''),
      stream: false,
      call: { ...PAGE, status: 500 },
      declared: REFUSED,
    },
    { fake: 'half a body as a whole answer', body: whole(PART), stream: false, call: ENDED_EARLY, declared: REFUSED },
    {
      fake: 'a part of the text as all of it, though the provider finished',
      body: whole(PART),
      stream: false,
      declared: ANSWER,
    },
    {
      fake: 'another answer behind a piece of the first one',
      body: chunk({ content: PART + KNOWN.text }) + chunk({}, 'stop') + DONE,
      declared: ANSWER,
    },
    {
      fake: 'a tool call that was cut, with a finish reason made up',
      body:
        chunk({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{"word":"am' } }] }) +
        chunk({}, 'tool_calls') +
        DONE,
      call: CUT,
      known: { text: '', calls: ['{"word":"amber"}'] },
      declared: BROKEN,
    },
    {
      fake: 'a message that is stopped for a provider that was cut',
      client: 'anthropic-messages',
      body: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      call: CUT,
      declared: BROKEN,
    },
    {
      fake: 'a finish reason in a chunk of a provider that was cut',
      client: 'gemini',
      body: `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: PART }] }, finishReason: 'STOP' }] })}\n\n`,
      call: CUT,
      declared: BROKEN,
    },
  ];
  it('calls a file that broke off a fake where its connection ends well, and none where that breaks', () => {
    const call = { status: 200, end: 'broken', bytes: 4, emitted: 0, usage: undefined };
    const scene = {
      client: 'speech',
      body: 'RIFF',
      stream: false,
      call,
      declared: { severed: 'upstream_unavailable' },
    };
    const row = { usage: undefined };
    expect(judged({ ...scene, row }).fakes).toHaveLength(1);
    expect(judged({ ...scene, row, complete: false }).fakes).toEqual([]);
  });
  it.each(FAKES)('calls it a fake: $fake', ({ fake, ...scene }) => {
    expect(judged(scene).fakes).toHaveLength(1);
  });

  it('calls none a fake that its client can tell from an answer: an error inside, or a connection that broke', () => {
    expect(judged({ body: chunk({ content: PART }) + ERROR, call: CUT, declared: BROKEN }).fakes).toEqual([]);
    expect(judged({ body: chunk({ content: PART }), complete: false, call: CUT, declared: BROKEN }).fakes).toEqual([]);
  });

  const PROBLEMS: readonly (Scene & { readonly says: string })[] = [
    {
      says: 'something comes behind the error',
      body: chunk({ content: PART }) + ERROR + DONE,
      call: CUT,
      declared: BROKEN,
    },
    {
      says: 'a sign of a good end',
      body: chunk({ content: PART }) + chunk({}, 'stop') + ERROR,
      call: CUT,
      declared: BROKEN,
    },
    { says: 'no error in the stream', body: chunk({ content: PART }), complete: false, call: CUT, declared: BROKEN },
    { says: "can't read", body: `data: {"choices":[{"delta":{"con\n\n${GOOD}`, declared: ANSWER },
    { says: 'no good end', body: chunk({ content: KNOWN.text }) + chunk({}, 'stop'), declared: ANSWER },
    { says: 'of no one answer', body: chunk({ content: `${PART} ${PART}` }) + ERROR, call: CUT, declared: BROKEN },
    { says: 'status 200 in place of 502', body: GOOD, declared: REFUSED },
    { says: 'what it must not', body: chunk({ content: 'key-of-d0-7f3a91c05d' }) + ERROR, call: CUT, declared: BROKEN },
    { says: 'attempts', body: GOOD, headers: { 'x-postern-attempts': '2' }, declared: ANSWER },
    { says: 'calls upstream in place of 2', body: GOOD, declared: { ...ANSWER, calls: 2 } },
    {
      says: 'with key-of-d1-',
      body: GOOD,
      call: { headers: { a: 'key-of-d0-7f3a91c05d', b: 'key-of-d1-7f3a91c05d' } },
      declared: ANSWER,
    },
    { says: 'without its key', body: GOOD, call: { headers: {} }, declared: ANSWER },
    { says: 'nobody was to make', body: GOOD, call: { label: undefined }, declared: ANSWER },
    { says: 'refuses the request as wrong', body: GOOD, call: { refusal: { error: {} } }, declared: ANSWER },
    { says: "settled as 'fault'", body: GOOD, ended: { outcome: 'fault' }, declared: ANSWER },
    {
      says: 'the error upstream_timeout in place of',
      body: chunk({ content: PART }) + ERROR,
      call: CUT,
      ended: { error: { code: 'upstream_timeout' } },
      declared: BROKEN,
    },
    {
      says: 'the ledger has 3/5 tokens of d0, which counted 3/4',
      body: GOOD,
      row: { usage: { input: 3, output: 5 } },
      declared: ANSWER,
    },
    { says: 'the ledger guesses', body: GOOD, row: { estimated: true }, declared: ANSWER },
    {
      says: 'the ledger has 3/0 tokens of d0, which sent 2',
      body: chunk({ content: PART }) + ERROR,
      call: CUT,
      row: { usage: { input: 3, output: 0 } },
      declared: BROKEN,
    },
    { says: 'a row of no request', body: GOOD, row: { request: 'other' }, declared: ANSWER },
    { says: '1 reserved are left open', body: GOOD, open: { reserved: 1 }, declared: ANSWER },
  ];
  it.each(PROBLEMS)('sees what is not as declared: $says', ({ says, ...scene }) => {
    expect(said(scene)).toContain(says);
  });
});
