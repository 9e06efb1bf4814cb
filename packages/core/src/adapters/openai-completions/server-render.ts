import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { usageBody } from '../openai-chat/usage.ts';
import { Dropped } from '../shared/dropped.ts';
import { given, type Json } from '../shared/read.ts';
import { finishWord, wordsOf } from './choice-text.ts';
import { writeLogprobs } from './logprobs.ts';
import { notesOf } from './wire.ts';

/** A whole answer as OpenAI's `text_completion` object. */
export function render(reply: ChatReply, exchange: Exchange): { body: unknown; dropped: string[] } {
  const dropped = new Dropped();
  const { echo = '' } = notesOf(exchange.peek.notes);
  const body: Json = {
    id: reply.id ?? exchange.newId('cmpl-'),
    object: 'text_completion',
    created: reply.created ?? exchange.created,
    model: reply.model ?? exchange.model,
    choices: reply.choices.map((choice, index) => choiceBody(choice, index, echo, dropped)),
    ...given('usage', reply.usage && usageBody(reply.usage)),
    ...given('system_fingerprint', reply.systemFingerprint),
  };
  return { body, dropped: dropped.list };
}

function choiceBody(choice: Choice, index: number, echo: string, dropped: Dropped): Json {
  const logprobs = choice.logprobs?.content ?? choice.logprobs?.refusal;
  return {
    text: echo + choice.content.map((part) => wordsOf(part, dropped) ?? '').join(''),
    index,
    logprobs: logprobs === undefined ? null : writeLogprobs(logprobs, echo.length),
    finish_reason: finishWord(choice.stopReason),
  };
}
