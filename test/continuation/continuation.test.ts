import type { ContinuationConfig } from '@postern/core';
import type { FaultName, SimCall, SimOptions } from '@postern/sim';
import { afterEach, describe, expect, it } from 'vitest';
import { readStream } from '../kit/answers.ts';
import { CHATS, post } from '../kit/chat.ts';
import { wireText } from '../kit/event-stream.ts';
import { eventually } from '../kit/eventually.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES, type HostName } from '../kit/hosts.ts';
import { FORMATS, PROVIDERS, type Stage, stage } from '../kit/stage.ts';

let at: Stage;
afterEach(() => at.close());

const GOES_ON = { prefill: true };

/** An alias whose first deployment breaks off, and others behind it. */
async function broken(
  others: readonly string[],
  given: {
    readonly host?: HostName;
    readonly from?: ChatFormat;
    readonly fault?: FaultName;
    readonly continuation?: ContinuationConfig;
    readonly sim?: SimOptions;
    readonly config?: object;
    readonly words?: string;
  } = {},
) {
  const { host = 'Express', from = 'openai-chat', fault = 'cut', continuation = true, words = 'text-40', ...more } = given;
  const deployments = [
    { model: `${PROVIDERS[from]}/sim@first-${words}`, order: 0, capabilities: { prefill: false } },
    ...others.map((model, index) => ({ model, order: index + 1, capabilities: GOES_ON })),
  ];
  at = await stage(host, {
    sim: { fault: (call: SimCall) => (call.model.includes('@first') ? fault : undefined), ...more.sim },
    config: { models: { m: { deployments, retries: others.length, continuation } }, ...more.config },
  });
}

async function ask(client: ChatFormat, more: object = {}) {
  const response = await post(at.url, CHATS[client]({ model: 'm', stream: true, ...more }));
  const body = await wireText(response);
  return { response, body, told: readStream(client, body) };
}

/** What the simulated model says when nothing breaks: the same for the same prompt in every format. */
async function whole(words = 'text-40') {
  const script = `sim-${words}`;
  const response = await post(at.url, CHATS['openai-chat']({ model: `oa/${script}`, stream: true }));
  return readStream('openai-chat', await wireText(response)).text;
}

describe.each(FORMATS)('a client of %s', (client) => {
  it('gets one whole answer where a stream broke and another deployment went on', async () => {
    await broken(['oa/sim-prefill-text-40'], { config: { allowDirect: true } });
    const { told } = await ask(client);
    expect(told).toMatchObject({ text: await whole(), finished: true, error: undefined });
    expect(at.ended[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['fault', 'ok']);
  });

  it('gets one typed error where the one that could go on refuses to', async () => {
    await broken(['oa/sim-noprefill-text-40']);
    const { told } = await ask(client);
    expect(told).toMatchObject({ finished: false, afterError: false });
    expect(told.error).toBeDefined();
    expect(at.sim.calls).toHaveLength(2);
  });
});
