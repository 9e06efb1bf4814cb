import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { FAULTS, type FaultName, type ServedSim, serveSim } from '../index.ts';
import { CHATS, eventsOf, FORMATS, jsonOf, type RawAnswer, send, visibleText } from '../testing/client.ts';

let sim: ServedSim | undefined;
let waits: number[] = [];
const seen = new Set<string>(['paralleltools']);
afterEach(async () => {
  await sim?.close();
  sim = undefined;
});

/** A sim whose waits are over at once and noted. */
async function start(options: Parameters<typeof serveSim>[0] = {}): Promise<ServedSim> {
  waits = [];
  sim = await serveSim({ sleep: async (milliseconds) => void waits.push(milliseconds), ...options });
  return sim;
}

const HEALTHY = 'sim-text-20';

/** The words of an error, in its envelope or in the event that a stream ends with; '' where there is none. */
function errorIn(value: unknown): string {
  const { error, message, delta } = value as {
    error?: { message: string } | string;
    message?: unknown;
    delta?: { error?: string };
  };
  return (
    (typeof error === 'string' ? error : error?.message) ?? delta?.error ?? (typeof message === 'string' ? message : '')
  );
}

it('media: headers that are late, and a file that is cut in its middle', async () => {
  const { url } = await start();
  const speech = (model: string) => ({ path: '/v1/audio/speech', body: { model, input: 'Hello.', voice: 'alloy' } });
  const whole = await send(url, speech('sim+late-headers'));
  const cut = await send(url, speech('sim+cut'));
  expect([waits, whole.end, cut.end]).toEqual([[301_000], 'complete', 'ECONNRESET']);
  expect(Buffer.concat(cut.chunks).length).toBe(Buffer.concat(whole.chunks).length / 2);
});

for (const format of FORMATS) {
  const chat = CHATS[format];

  async function streamed(fault: FaultName, model = HEALTHY): Promise<RawAnswer> {
    const { url } = sim ?? (await start());
    seen.add(fault);
    return send(url, chat(`${model}+${fault}`, true));
  }
  async function whole(fault: FaultName, model = HEALTHY): Promise<RawAnswer> {
    const { url } = sim ?? (await start());
    seen.add(fault);
    return send(url, chat(`${model}+${fault}`, false));
  }
  async function healthyText(model = HEALTHY): Promise<string> {
    const { url } = sim ?? (await start());
    return visibleText((await send(url, chat(model, true))).text);
  }
  const terminal = {
    'openai-chat': '[DONE]',
    'anthropic-messages': 'message_stop',
    gemini: 'finishReason',
    cohere: '"finish_reason":"COMPLETE"',
    ollama: '"done":true',
    'openai-responses': 'response.completed',
  }[format];
  const finish = {
    'openai-chat': '"finish_reason":"stop"',
    'anthropic-messages': '"stop_reason":"end_turn"',
    gemini: '"finishReason"',
    cohere: '"finish_reason":"COMPLETE"',
    ollama: '"done_reason"',
    'openai-responses': '"status":"completed","completed_at"',
  }[format];

  describe(`${format}: streams`, () => {
    it('utf8: multibyte text in writes of one byte, whole', async () => {
      const answer = await streamed('utf8', 'sim-text-2');
      expect([...visibleText(answer.text)].some((character) => (character.codePointAt(0) ?? 0) > 127)).toBe(true);
      expect(visibleText(answer.text)).not.toContain('\uFFFD');
    });

    it('crlf: the same events with CRLF, comments, id: and retry:', async () => {
      const answer = await streamed('crlf');
      // Lines of JSON have neither comments nor fields; blank lines stand between them.
      expect(answer.text).toMatch(format === 'ollama' ? /}\r\n\r\n{/ : /: keep-alive\r\nretry: 3000\r\nid: 0\r\n/);
      expect(answer.text.replaceAll('\r\n', '')).not.toContain('\n');
      expect(visibleText(answer.text)).toBe(await healthyText());
    });

    it('cut: the socket ends after 8 tokens, without an end of the body', async () => {
      const answer = await streamed('cut');
      expect(answer.end).toBe('ECONNRESET');
      expect(answer.text).not.toContain(terminal);
      expect(sim?.calls[0]).toMatchObject({ end: 'broken', emitted: 8 });
    });

    it('cleancut: a proper end of HTTP after 8 tokens, without finish reason', async () => {
      const answer = await streamed('cleancut');
      expect(answer.end).toBe('complete');
      expect(answer.text).not.toContain(finish);
      expect(answer.text).not.toContain(terminal);
      expect(sim?.calls[0]).toMatchObject({ end: 'finished', emitted: 8 });
    });

    it('cut and midfault after 0 tokens: what opens the stream, and nothing of the answer', async () => {
      await start({ sizes: { cutAfter: 0, faultAfter: 0 } });
      const [cut, failed] = [await streamed('cut'), await streamed('midfault')];
      expect([visibleText(cut.text), visibleText(failed.text)]).toEqual(['', '']);
      expect(errorIn(eventsOf(failed.text).at(-1)?.json)).toMatch(/overloaded|server busy/i);
      expect(sim?.calls.map(({ emitted }) => emitted)).toEqual([0, 0]);
    });

    it('badjson: one event is no JSON, and no token is lost with it', async () => {
      const answer = await streamed('badjson');
      expect(
        eventsOf(answer.text).filter(({ json, data }) => typeof json === 'string' && data !== '[DONE]'),
      ).toHaveLength(1);
      expect(visibleText(answer.text)).toBe(await healthyText());
    });

    it('midfault: an in-band overload after 5 tokens is the last event', async () => {
      const answer = await streamed('midfault');
      expect(errorIn(eventsOf(answer.text).at(-1)?.json)).toMatch(/overloaded|server busy/i);
      expect(answer.text).not.toContain(terminal);
      expect(sim?.calls[0]?.emitted).toBe(5);
    });

    it('stall: one wait of 12 s after 5 tokens, then the rest', async () => {
      const answer = await streamed('stall');
      expect(waits).toEqual([12_000]);
      expect(visibleText(answer.text)).toBe(await healthyText());
    });

    it('trickle: 30 s before every token', async () => {
      await streamed('trickle', 'sim-text-4');
      expect(waits).toEqual([30_000, 30_000, 30_000, 30_000]);
    });

    it('slow: the headers first, the body after 8 s', async () => {
      const answer = await streamed('slow');
      expect(waits).toEqual([8_000]);
      expect(visibleText(answer.text)).toBe(await healthyText());
    });

    it('no-terminal: all of the text, no end mark', async () => {
      const answer = await streamed('no-terminal');
      expect(answer.text).not.toContain(terminal);
      expect(visibleText(answer.text)).toBe(await healthyText());
    });

    it('two-terminals: the end comes twice', async () => {
      expect((await streamed('two-terminals')).text.split(`${terminal}`).length).toBeGreaterThan(2);
    });

    it('stays-open: the whole answer, then a wait without end', async () => {
      const answer = await streamed('stays-open');
      expect(waits).toEqual([Number.POSITIVE_INFINITY]);
      expect(answer.text).toContain(terminal);
      expect(visibleText(answer.text)).toBe(await healthyText());
    });

    it('double-usage: the last usage comes twice, in equal numbers', async () => {
      const usages = jsonOf((await streamed('double-usage')).text)
        .map((event) => event as { usage?: object | null; usageMetadata?: object; delta?: { usage?: object } })
        .flatMap((event) => event.usage ?? event.usageMetadata ?? event.delta?.usage ?? []);
      // Usage on the last line alone can't come twice.
      expect(usages).toHaveLength(format === 'ollama' ? 0 : usages.length);
      expect(usages.at(-1)).toEqual(usages.at(-2));
    });

    it('200-error: an error is the only event', async () => {
      const answer = await streamed('200-error');
      expect(answer.status).toBe(200);
      expect(eventsOf(answer.text)).toHaveLength(1);
      expect(errorIn(eventsOf(answer.text)[0]?.json)).not.toBe('');
    });

    it('html-stream: a page with status 200', async () => {
      const answer = await streamed('html-stream');
      expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('<!DOCTYPE html>') });
      expect(answer.headers['content-type']).toContain('text/html');
    });

    it('bigline: one line of the size asked for, and valid', async () => {
      await start({ sizes: { bigLine: 300_000 } });
      const answer = await streamed('bigline');
      expect(Math.max(...answer.text.split(/\r?\n/).map((line) => line.length))).toBeGreaterThan(290_000);
      expect(visibleText(answer.text)).toMatch(/^a+$/);
    });
  });

  describe(`${format}: bodies`, () => {
    it('cut: less than the promised length', async () => expect((await whole('cut')).end).toBe('ECONNRESET'));

    it('cleancut and badjson: a proper end of HTTP, no JSON', async () => {
      for (const fault of ['cleancut', 'badjson'] as const) {
        const answer = await whole(fault);
        expect(answer.end).toBe('complete');
        expect(() => JSON.parse(answer.text)).toThrow();
      }
    });

    it('midfault: 529', async () => expect((await whole('midfault')).status).toBe(529));

    it('stall: a wait in the middle, then the rest', async () => {
      expect(visibleText((await whole('stall')).text)).toBe(await healthyText());
      expect(waits).toEqual([12_000]);
    });

    it('slow and late-headers: a wait before the headers', async () => {
      await whole('slow');
      await whole('late-headers');
      expect(waits).toEqual([8_000, 301_000]);
    });

    it('html, empty, 200-error: status 200 and no answer', async () => {
      expect(await whole('html')).toMatchObject({ status: 200, text: expect.stringContaining('<html>') });
      expect(await whole('empty')).toMatchObject({ status: 200, text: '', end: 'complete' });
      const answer = await whole('200-error');
      expect(answer.status).toBe(200);
      expect(errorIn(JSON.parse(answer.text))).not.toBe('');
    });

    it('bomb: a small body that unpacks to a large valid one', async () => {
      await start({ sizes: { bomb: 5_000_000 } });
      const answer = await whole('bomb');
      const packed = Buffer.concat(answer.chunks);
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(packed.length).toBeLessThan(20_000);
      const unpacked = gunzipSync(packed).toString();
      expect(unpacked.length).toBeGreaterThanOrEqual(5_000_000);
      expect(visibleText(unpacked)).toMatch(/^a+$/);
    });

    it('bad-gzip: gzip by its header only', async () => {
      const answer = await whole('bad-gzip');
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(() => gunzipSync(Buffer.concat(answer.chunks))).toThrow();
    });

    it('wrong-content-type: the right body as text/plain', async () => {
      const answer = await whole('wrong-content-type');
      expect(answer.headers['content-type']).toContain('text/plain');
      expect(visibleText(answer.text)).toBe(await healthyText());
    });

    it('reset-before-headers: no answer at all', async () => {
      expect(await whole('reset-before-headers')).toMatchObject({ status: 0, end: 'ECONNRESET' });
      expect(sim?.calls[0]?.end).toBe('broken');
    });

    it('redirect: 307 to a path of the sim, whose call would be seen', async () => {
      const answer = await whole('redirect');
      expect(answer).toMatchObject({ status: 307, headers: { location: '/redirected' } });
      await send(sim?.url ?? '', { path: '/redirected' });
      expect(sim?.calls.at(-1)?.path).toBe('/redirected');
    });
  });

  describe(`${format}: statuses`, () => {
    const statuses = {
      e400: 400,
      'e400-context': 400,
      'e400-filter': 400,
      e401: 401,
      e402: 402,
      e403: 403,
      e404: 404,
      e408: 408,
      e413: 413,
      r429: 429,
      quota: 429,
      e500: 500,
      secret500: 500,
      e502: 502,
      e503: 503,
      e504: 504,
      e529: 529,
    } as const;
    for (const [fault, status] of Object.entries(statuses)) {
      it(`${fault}: ${status}, streamed or not`, async () => {
        expect((await whole(fault as FaultName)).status).toBe(status);
        expect((await streamed(fault as FaultName)).status).toBe(status);
        expect(sim?.calls[0]).toMatchObject({ emitted: 0, usage: undefined, end: 'finished' });
      });
    }

    it('r429 says how long to wait', async () => {
      const answer = await whole('r429');
      if (format === 'gemini') expect(answer.text).toContain('"retryDelay":"7s"');
      else expect(answer.headers['retry-after']).toBe('7');
    });

    it('secret500 holds the key', async () => {
      await start({ sizes: { secret: 'sk-canary' } });
      expect((await whole('secret500')).text).toContain('sk-canary');
    });
  });
}

it('every fault of the table was seen above (paralleltools: in the tests of each format)', () => {
  expect(Object.keys(FAULTS).filter((name) => !seen.has(name))).toEqual([]);
});

it('the option chooses the fault by the call', async () => {
  const { url, calls } = await start({ fault: (call) => (call.number === 1 ? 'e503' : undefined) });
  const request = CHATS['openai-chat']('sim', false);
  expect([(await send(url, request)).status, (await send(url, request)).status]).toEqual([503, 200]);
  expect(calls.map((call) => call.faults)).toEqual([['e503'], []]);
});

it('the option adds words to the script', async () => {
  const { url } = await start({ script: () => 'text-3+cleancut' });
  await send(url, CHATS.gemini('gemini-2.5-flash', true));
  expect(sim?.calls[0]).toMatchObject({ emitted: 3, faults: ['cleancut'] });
});

it('a word that is none makes a model that does not exist', async () => {
  const { url } = await start();
  for (const format of FORMATS) expect((await send(url, CHATS[format]('sim-tex', false))).status).toBe(404);
});
