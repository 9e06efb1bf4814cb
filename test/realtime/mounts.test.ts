import { afterEach, describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { SESSION_HOSTS, type SessionHostName } from './hosts.ts';
import { OPERATORS_KEY, type SessionStage, sessionStage } from './stage.ts';

let stage: SessionStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

describe.each(Object.keys(SESSION_HOSTS) as SessionHostName[])('a session on %s', (name) => {
  it('speaks with the provider under the alias, with the operator’s key, and settles once with all usage', async () => {
    stage = await sessionStage(name);
    const client = stage.open('voice');
    const created = await client.event('session.created');
    expect(created['session']).toMatchObject({ model: 'voice' });
    client.send({ type: 'session.update', session: { type: 'realtime', model: 'voice', instructions: 'Be brief.' } });
    expect((await client.event('session.updated'))['session']).toMatchObject({
      model: 'voice',
      instructions: 'Be brief.',
    });
    client.send({ type: 'response.create' });
    await client.event('response.done');
    client.send({ type: 'response.create' });
    while (client.events.filter(({ type }) => type === 'response.done').length < 2)
      await new Promise((resolve) => client.socket.once('message', resolve));
    client.socket.close(1000);
    expect(await client.close()).toMatchObject({ code: 1000 });

    const session = await stage.session();
    expect(session.path).toBe('/v1/realtime?model=sim-realtime');
    expect(session.headers.authorization).toBe(`Bearer ${OPERATORS_KEY}`);
    expect(session.received).toMatchObject([
      { type: 'session.update', session: { model: 'sim-realtime' } },
      { type: 'response.create' },
      { type: 'response.create' },
    ]);
    const end = await stage.end();
    expect(end).toMatchObject({ operation: 'realtime', model: 'voice', outcome: 'ok', status: 101 });
    // Twice what the script tells: 132 tokens in, of them 64 cached and 13 of audio, 4 of these cached; 121 out, 91 of audio.
    expect(end.attempts).toMatchObject([
      {
        modelServed: 'oa/sim-realtime',
        usage: { cacheRead: 128, inputAudio: 18, input: 118, output: 60, outputAudio: 182 },
      },
    ]);
    expect(stage.host.gateway.stats().open).toBe(0);
  });

  it('refuses an unknown model with 404 in the client’s format, before the 101', async () => {
    stage = await sessionStage(name, { allowDirect: false });
    const refused = await stage.open('nobody').refusal();
    expect(refused.status).toBe(404);
    expect(refused.body.error).toMatchObject({ code: 'model_not_found', type: 'not_found_error' });
    expect(stage.sim.sessions).toHaveLength(0);
  });

  it('leaves upgrades to the host that are not ours', async () => {
    stage = await sessionStage(name);
    const client = new Client(`ws://${stage.host.address}/ai/elsewhere`);
    expect(await client.close()).toMatchObject({ code: 1006 });
    expect(stage.host.gateway.stats().requests).toBe(0);
  });
});
