import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedClientEvent, type SessionRules } from './client-events.ts';
import { clientClose, sendableCode } from './close-codes.ts';
import { agreedProtocol, keyIn, offeredProtocols } from './protocols.ts';
import { readServerEvent } from './server-events.ts';

const rules: SessionRules = {
  asked: 'voice',
  target: 'gpt-realtime',
  remoteTools: false,
  remoteMedia: true,
  transcriber: () => true,
};

describe('an event of the client', () => {
  it('goes on as what was judged, whatever stands twice in it', () => {
    const names = fc.constantFrom('"type"', '"session"', '"\\u0074ype"', '"audio"', '"event_id"');
    const values = fc.constantFrom('"session.update"', '"input_audio_buffer.append"', '{"model":"other"}', '"aGk="');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { minLength: 1, maxLength: 5 }), (members) => {
        const text = `{${members.map((member) => member.join(':')).join(',')}}`;
        let sent: string;
        try {
          sent = checkedClientEvent(text, rules);
        } catch {
          return;
        }
        // Read by the first of equal names, as some parsers do, it is the same event, and it asks for no other model.
        const first = new Map<string, unknown>();
        for (const [, name = '', value = ''] of sent.matchAll(/"((?:[^"\\]|\\.)*)":("(?:[^"\\]|\\.)*"|\{[^}]*\})/g))
          if (!first.has(name)) first.set(name, JSON.parse(value));
        expect(first.get('type')).toBe((JSON.parse(sent) as { type: string }).type);
        expect(JSON.stringify(first.get('session') ?? null)).not.toContain('other');
      }),
    );
  });

  it.each([
    '{"type":"session.update","Session":{"model":"other"}}',
    '{"type":"session.update","session":{"MODEL":"other"}}',
  ])('is refused in a spelling that a lenient parser takes for another: %s', (text) => {
    expect(() => checkedClientEvent(text, rules)).toThrow(/spelt/);
  });

  it('names the model by the provider’s own name', () => {
    const event = { type: 'session.update', session: { model: 'voice', voice: 'marin' } };
    expect(JSON.parse(checkedClientEvent(JSON.stringify(event), rules))).toEqual({
      type: 'session.update',
      session: { model: 'gpt-realtime', voice: 'marin' },
    });
  });
});

it('an event of the provider names the model as it was asked for, also by a dated name', () => {
  const terms = { asked: 'voice', target: 'gpt-realtime', clean: (text: string) => text };
  const event = { type: 'session.created', session: { model: 'gpt-realtime-2025-08-28' } };
  const { replace = '' } = readServerEvent(JSON.stringify(event), terms);
  expect(JSON.parse(replace)).toEqual({ type: 'session.created', session: { model: 'voice' } });
  expect(readServerEvent('no json, "error"', terms)).toEqual({});
});

describe('subprotocols', () => {
  it('carry a key, which is found and never agreed on', () => {
    const offered = offeredProtocols(' realtime , openai-insecure-api-key.sk-1, openai-beta.realtime-v1');
    expect(keyIn(offered)).toBe('sk-1');
    expect(agreedProtocol(offered)).toBe('realtime');
    expect(agreedProtocol(['xai-client-secret.s'])).toBeUndefined();
    expect(keyIn(['openai-insecure-api-key.'])).toBeUndefined();
  });
});

it('every close code becomes one that an endpoint may send', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65_535 }), (code) => {
      for (const sent of [sendableCode(code), clientClose(code).code]) {
        if (sent === undefined) continue;
        expect((sent >= 1000 && sent <= 1014) || (sent >= 3000 && sent <= 4999)).toBe(true);
        expect([1004, 1005, 1006]).not.toContain(sent);
      }
    }),
  );
});
