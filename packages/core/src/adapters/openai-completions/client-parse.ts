import type { Fault } from '../../chat/fault.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { UpstreamCall } from '../adapter.ts';
import { faultIn } from '../openai-chat/client-parse.ts';
import { stopReasonOf } from '../openai-chat/finish.ts';
import { readUsage } from '../openai-chat/usage.ts';
import { array, count, given, type Json, record, text } from '../shared/read.ts';
import { textOf } from './choice-read.ts';
import { readLogprobs } from './logprobs.ts';

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

/** A whole answer in the canonical model, or the fault that it holds. Throws nothing. */
export function parse(value: unknown, _call: UpstreamCall): ChatReply | Fault {
  const body = record(value);
  if (body === undefined) return invalid('The provider answered with something that is no completion.');
  const broken = faultIn(body);
  if (broken !== undefined) return broken;
  const choices = array(body['choices']);
  if (choices === undefined || choices.length === 0) return invalid('The provider answered without any choice.');
  return {
    ...given('id', text(body['id'])),
    ...given('model', text(body['model'])),
    ...given('created', count(body['created'])),
    choices: choices.map((choice) => readChoice(record(choice) ?? {})),
    ...given('usage', readUsage(body['usage'])),
    ...given('systemFingerprint', text(body['system_fingerprint'])),
  };
}

function readChoice(choice: Json): Choice {
  const words = textOf(choice) ?? '';
  const logprobs = readLogprobs(choice['logprobs']);
  return {
    content: words === '' ? [] : [{ type: 'text', text: words }],
    stopReason: stopReasonOf(text(choice['finish_reason'])),
    ...given('logprobs', logprobs && { content: logprobs }),
  };
}
