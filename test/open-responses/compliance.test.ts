import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMATS, type Stage, stage } from '../kit/stage.ts';
import { checkedEvents, type StreamEvent } from './events.ts';
import { type ResponseResource, responseResource } from './schema.ts';
import { TEMPLATES, type Template } from './templates.ts';

let at: Stage;
beforeAll(async () => {
  at = await stage('Express');
});
afterAll(() => at.close());

/** Sends a template's request over a socket, and checks all of the answer against the schema. */
async function run(template: Template, model: string): Promise<{ response: ResponseResource; events: StreamEvent[] }> {
  const answer = await fetch(`${at.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer a-key-of-the-client' },
    body: JSON.stringify({ model, ...template.body, stream: template.stream === true }),
  });
  const body = await answer.text();
  expect(answer.status, body).toBe(200);
  if (template.stream === true) return checkedEvents(body);
  return { response: responseResource.parse(JSON.parse(body)), events: [] };
}

/** All texts anywhere in a body. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe.each(FORMATS)('Open Responses, answered by a provider of %s', (upstream) => {
  it.each(TEMPLATES)('$name', async (template) => {
    const model = at.model(upstream, template.script ?? 'sim-text-6');
    const { result, calls } = await at.during(() => run(template, model));
    const { response, events } = result;
    expect(response.status).toBe('completed');
    expect(response.output.map(({ type }) => type)).toContain(template.item ?? 'message');
    const texts = calls.flatMap(({ body }) => textsIn(body));
    for (const words of template.heard)
      expect(
        texts.some((text) => text.includes(words)),
        words,
      ).toBe(true);
    if (template.stream !== true) return;
    const types = events.map(({ type }) => type);
    const spoken = template.item === 'function_call' ? 'function_call_arguments' : 'output_text';
    for (const step of ['output_item.added', `${spoken}.delta`, `${spoken}.done`, 'output_item.done'])
      expect(types).toContain(`response.${step}`);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
  });
});

// The suite's templates for compaction (two) are walked in packages/core/src/line/compact.test.ts, since the simulated provider has none. Those for the
// WebSocket transport (seven) need what the gateway does not have.
