import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered, UpstreamCall } from '../adapter.ts';
import { isoTime } from '../shared/iso-time.ts';
import { array, given, type Json, record, records, text } from '../shared/read.ts';
import { type Memo, memoOf } from './call.ts';
import { messageIn } from './client-parse.ts';
import { lineObject } from './decoder.ts';
import { faultIn } from './fault.ts';
import { lastLine } from './line.ts';
import { errorLine } from './server-fault.ts';
import { readUsage } from './usage.ts';

const sizeOf = (value: unknown): number => (value === undefined ? 0 : weightOf(JSON.stringify(value)));

/** Characters of text, thinking and tool input. */
function contentOf(message: Json): number {
  let content = weightOf(text(message['content']) ?? '') + weightOf(text(message['thinking']) ?? '');
  for (const call of records(message['tool_calls'])) content += sizeOf(record(call['function'])?.['arguments']);
  return content;
}

/** Reads a passing answer on the side; its bytes go on untouched. */
class OllamaMeter implements Meter {
  readonly #memo: Memo;
  /** The last line lacked its end: what we write behind it must close it first. */
  #unclosed = false;

  constructor(memo: Memo) {
    this.#memo = memo;
  }

  body(body: unknown): ReturnType<Meter['body']> {
    const answer = record(body) ?? {};
    const fault = faultIn(answer);
    if (fault !== undefined) return { fault };
    if (messageIn(answer) === undefined)
      return { fault: { kind: 'invalid-response', message: 'The provider answered without a message.' } };
    return given('usage', readUsage(answer));
  }

  push({ data, unclosed }: Frame): Metered {
    this.#unclosed = unclosed === true;
    if (data === undefined) return {};
    const body = lineObject(data);
    const fault = faultIn(body);
    if (fault !== undefined) return { fault };
    const message = messageIn(body);
    const content = message === undefined ? 0 : contentOf(message);
    const shows = (array(message?.['images']) ?? []).length > 0 || records(message?.['tool_calls']).length > 0;
    return {
      ...(content > 0 ? { content } : shows && { spoke: true as const }),
      ...(body['done'] === true && {
        ...given('usage', readUsage(body)),
        terminal: true as const,
        last: true as const,
      }),
    };
  }

  stop(): string {
    const { form, created, model } = this.#memo;
    return this.#gap + lastLine(form, { model, created_at: isoTime(created) }, { done_reason: 'length' });
  }

  fail(error: GatewayError): string {
    return this.#gap + errorLine(error);
  }

  get #gap(): string {
    return this.#unclosed ? '\n' : '';
  }
}

/** See {@link OllamaMeter}. */
export const meter = (call: UpstreamCall): Meter => new OllamaMeter(memoOf(call));
