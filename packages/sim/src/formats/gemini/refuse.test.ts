import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../../index.ts';
import { CHATS, send } from '../../testing/client.ts';

const chat = CHATS.gemini;
const USER = { role: 'user', parts: [{ text: 'Hello' }] };
const MODEL = { role: 'model', parts: [{ text: 'Hi' }] };
const calls = (...names: string[]) => ({
  role: 'model',
  parts: names.map((name) => ({ functionCall: { name, args: {} } })),
});
const results = (...names: string[]) => ({
  role: 'user',
  parts: names.map((name) => ({ functionResponse: { name, response: { ok: true } } })),
});
const declare = (parameters: object, name = 'f') => ({ tools: [{ functionDeclarations: [{ name, parameters }] }] });
const contents = (...turns: object[]) => ({ contents: turns });

let sim: ServedSim;
beforeAll(async () => {
  sim = await serveSim();
});
afterAll(() => sim.close());

async function refusal(more: object, model = 'sim'): Promise<string> {
  const answer = await send(sim.url, chat(model, false, more));
  expect(JSON.parse(answer.text).error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
  return JSON.parse(answer.text).error.message;
}
const accepted = async (more: object, model = 'sim') =>
  expect((await send(sim.url, chat(model, false, more))).text).toContain('"candidates"');

describe('Gemini’s sim refuses what the vendor refuses', () => {
  const cases: [string, object, RegExp][] = [
    ['no contents', { contents: [] }, /contents is not specified/],
    ['OpenAI’s roles', contents(USER, { ...MODEL, role: 'assistant' }, USER), /valid role: user, model/],
    ['a system turn', contents({ ...USER, role: 'system' }, USER), /valid role: user, model/],
    ['no parts', contents({ role: 'user', parts: [] }), /parts must not be empty/],
    [
      'an empty part',
      contents({ role: 'user', parts: [{}] }),
      /contents\[0\]\.parts\[0\]\.data: required oneof field 'data'/,
    ],
    [
      'two kinds in one part',
      contents({ role: 'user', parts: [{ text: 'x', inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }),
      /oneof field 'data' is already set/,
    ],
    ['a call first', contents(calls('f'), results('f')), /function call turn comes immediately after a user turn/],
    ['a result first', contents(results('f')), /function response turn comes immediately after a function call turn/],
    [
      'too few results',
      contents(USER, calls('f', 'g'), results('f')),
      /number of function response parts is equal to the number of function call parts/,
    ],
    ['no results', contents(USER, calls('f'), USER), /number of function response parts/],
    ['a result of another function', contents(USER, calls('f'), results('g')), /does not match any function call/],
    [
      'a result that is a text',
      contents(USER, calls('f'), { role: 'user', parts: [{ functionResponse: { name: 'f', response: 'ok' } }] }),
      /google\.protobuf\.Struct/,
    ],
    [
      'a result without a name',
      contents(USER, calls('f'), { role: 'user', parts: [{ functionResponse: { response: {} } }] }),
      /Name cannot be empty/,
    ],
    [
      'arguments as a text',
      contents(USER, { role: 'model', parts: [{ functionCall: { name: 'f', args: '{}' } }] }, results('f')),
      /google\.protobuf\.Struct/,
    ],
    ['a field that it does not know', { max_tokens: 5 }, /Unknown name "max_tokens": Cannot find field/],
    [
      'a field that it does not know, deep inside',
      { generationConfig: { thinkingConfig: { effort: 1 } } },
      /Unknown name "effort" at 'generation_config\.thinking_config'/,
    ],
    [
      'additionalProperties in parameters',
      declare({ type: 'OBJECT', properties: {}, additionalProperties: false }),
      /Unknown name "additionalProperties" at 'tools\[0\]\.function_declarations\[0\]\.parameters'/,
    ],
    [
      '$ref deep inside',
      declare({ type: 'OBJECT', properties: { a: { $ref: '#/x' } } }),
      /Unknown name "\$ref" at '.*properties\[0\]\.value'/,
    ],
    [
      'a list of types',
      declare({ type: 'OBJECT', properties: { a: { type: ['string', 'null'] } } }),
      /Proto field is not repeating/,
    ],
    [
      'an array without items',
      declare({ type: 'OBJECT', properties: { a: { type: 'ARRAY' } } }),
      /items: missing field/,
    ],
    [
      'an enum of numbers',
      declare({ type: 'OBJECT', properties: { a: { type: 'INTEGER', enum: [1] } } }),
      /only allowed for STRING type/,
    ],
    [
      'a required member that is not there',
      declare({ type: 'OBJECT', properties: {}, required: ['a'] }),
      /property is not defined/,
    ],
    ['a name that begins with a digit', declare({ type: 'OBJECT' }, '1f'), /Invalid function name/],
    [
      'a choice without functions',
      { toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
      /without function_declarations/,
    ],
    [
      'a schema without its MIME type',
      { generationConfig: { responseSchema: { type: 'OBJECT' } } },
      /response_mime_type/,
    ],
    [
      'six stop sequences',
      { generationConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] } },
      /up to 5 stop sequences/,
    ],
    [
      'a foreign signature',
      contents(USER, { role: 'model', parts: [{ text: 'x', thoughtSignature: 'Zm9yZWlnbg==' }] }, USER),
      /Corrupted thought signature/,
    ],
    [
      'a signature that is no base64',
      contents(USER, { role: 'model', parts: [{ text: 'x', thoughtSignature: '§§' }] }, USER),
      /Base64 decoding failed/,
    ],
  ];
  for (const [name, more, words] of cases) it(name, async () => expect(await refusal(more)).toMatch(words));

  it('no key with 403, a wrong one with 400', async () => {
    const guarded = await serveSim({ keys: ['right'] });
    const ask = (headers: Record<string, string>, path = chat('sim', false).path) =>
      send(guarded.url, { ...chat('sim', false), path, headers });
    expect((await ask({})).text).toContain("Method doesn't allow unregistered callers");
    expect((await ask({ 'x-goog-api-key': 'wrong' })).text).toContain('API_KEY_INVALID');
    expect((await ask({ authorization: 'Bearer right' })).status).toBe(200);
    expect((await ask({}, `${chat('sim', false).path}?key=right`)).status).toBe(200);
    await guarded.close();
  });
});

describe('and answers what the vendor answers', () => {
  it('a single turn without a role', () => accepted(contents({ parts: [{ text: 'x' }] })));
  it('both spellings of a field', () =>
    accepted({ system_instruction: { parts: [{ text: 'x' }] }, generation_config: { max_output_tokens: 5 } }));
  it('any JSON Schema in parametersJsonSchema', () =>
    accepted({
      tools: [
        {
          functionDeclarations: [
            { name: 'f', parametersJsonSchema: { type: 'object', properties: {}, additionalProperties: false } },
          ],
        },
      ],
    }));
  it('results in another order than their calls', () => accepted(contents(USER, calls('f', 'g'), results('g', 'f'))));
  it('the texts that the documentation gives to those without a signature', () =>
    accepted(
      contents(
        USER,
        {
          role: 'model',
          parts: [{ functionCall: { name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' }],
        },
        results('f'),
      ),
      'sim-reasoning',
    ));

  it('its own signature on the part that it came on, which a signing model also demands', async () => {
    const more = declare({ type: 'OBJECT' });
    const first = JSON.parse((await send(sim.url, chat('sim-reasoning-tools', false, more))).text).candidates[0]
      .content;
    const parts = first.parts.filter((part: { thought?: boolean }) => !part.thought);
    const round = (given: object[]) => ({ ...more, ...contents(USER, { role: 'model', parts: given }, results('f')) });
    await accepted(round(parts), 'sim-reasoning-tools');
    const { thoughtSignature, ...bare } = parts[0];
    expect(await refusal(round([bare]), 'sim-reasoning-tools')).toMatch(/missing a thought_signature/);
    expect(await refusal(contents(USER, { role: 'model', parts: [{ text: 'x', thoughtSignature }] }, USER))).toMatch(
      /Corrupted/,
    );
  });
});
