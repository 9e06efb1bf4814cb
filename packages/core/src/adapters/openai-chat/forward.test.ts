import { describe, expect, it } from 'vitest';
import { compatible, EXACT, pass } from './support.type-test.ts';

const REQUEST = { model: 'smart', messages: [{ role: 'user', content: 'Hi' }] };

describe('pass-through of a request', () => {
  it('changes no byte but the model', () => {
    const text =
      '{ "messages" : [ {"role":"user","content":"H\\u00e9 \\"smart\\""} ],\n  "temperature": 1.0, "model":"smart","big":12345678901234567890 }';
    expect(pass(text).text).toBe(text.replace('"model":"smart"', '"model":"gpt-5.4"'));
  });
  it('hands the very bytes on when the model is named as the provider names it', () => {
    expect(pass({ ...REQUEST, model: 'gpt-5.4' }).same).toBe(true);
  });
  it("puts nothing into whole answers' requests", () => {
    expect(pass(REQUEST).body).toEqual({ ...REQUEST, model: 'gpt-5.4' });
  });
  it('asks for usage on streams, keeping the other options', () => {
    expect(pass({ ...REQUEST, stream: true }).body['stream_options']).toEqual({ include_usage: true });
    expect(
      pass({ ...REQUEST, stream: true, stream_options: { include_usage: false, include_obfuscation: false } }).body[
        'stream_options'
      ],
    ).toEqual({ include_usage: true, include_obfuscation: false });
  });
  it('leaves a stream alone that asks for usage itself', () => {
    expect(pass({ ...REQUEST, model: 'gpt-5.4', stream: true, stream_options: { include_usage: true } }).same).toBe(
      true,
    );
  });
  it('takes the option away from an API that refuses it, and reports that', () => {
    const row = compatible({ streamUsage: false });
    expect(pass({ ...REQUEST, stream: true }, row)).toMatchObject({ call: { dropped: [] } });
    expect(pass({ ...REQUEST, stream: true }, row).body).not.toHaveProperty('stream_options');
    const asked = pass({ ...REQUEST, stream: true, stream_options: { include_usage: true } }, row);
    expect(asked.body).not.toHaveProperty('stream_options');
    expect(asked.call.dropped).toEqual(['stream_options']);
  });
  it('renames and drops as the row says; what was dropped is reported', () => {
    const row = compatible({
      rename: { max_completion_tokens: 'max_tokens', seed: 'random_seed' },
      drop: ['logit_bias', 'store'],
    });
    const { body, call } = pass({ ...REQUEST, max_completion_tokens: 5, seed: 1, logit_bias: {} }, row);
    expect(body).toEqual({ ...REQUEST, model: 'gpt-5.4', max_tokens: 5, random_seed: 1 });
    expect(call.dropped).toEqual(['logit_bias']);
  });
  it("applies the row's repairs of requests", () => {
    const row = compatible({ repairs: ['developer-as-system', 'tool-choice-any', 'thinking-type'] });
    const { body } = pass(
      {
        ...REQUEST,
        messages: [{ role: 'developer', content: 'x' }],
        tool_choice: 'required',
        reasoning_effort: 'none',
      },
      row,
    );
    expect(body).toEqual({
      model: 'gpt-5.4',
      messages: [{ role: 'system', content: 'x' }],
      tool_choice: 'any',
      thinking: { type: 'disabled' },
    });
  });
  it("leaves a client alone that speaks the API's own style of reasoning", () => {
    const own = { ...REQUEST, reasoning_effort: 'low', thinking: { type: 'disabled' } };
    expect(pass(own, compatible({ repairs: ['thinking-type'] })).body).toEqual({ ...own, model: 'gpt-5.4' });
  });
  it('sends no header of the client', () => {
    expect(pass({ ...REQUEST, stream: true }, EXACT).call.headers).toEqual({
      'content-type': 'application/json',
      accept: 'text/event-stream',
    });
  });
});
