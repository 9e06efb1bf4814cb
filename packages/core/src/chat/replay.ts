import type { ChatEvent } from './events.ts';
import type { Part } from './parts.ts';
import type { ChatReply, Choice, TokenLogprob } from './reply.ts';

/** A whole answer as the stream it could have been: what `collect` of the result gives is the answer again. */
export function replyToEvents(reply: ChatReply): ChatEvent[] {
  const { id, model, created, serviceTier, systemFingerprint, native } = reply;
  const start = { id, model, created, serviceTier, systemFingerprint, native };
  const events: ChatEvent[] = [{ type: 'reply-start', ...defined(start) }];
  for (const [index, choice] of reply.choices.entries()) events.push(...choiceEvents(choice, index));
  if (reply.usage !== undefined) events.push({ type: 'usage', usage: reply.usage });
  events.push({ type: 'reply-end', ...defined({ serviceTier }) });
  return events;
}

function choiceEvents(choice: Choice, index: number): ChatEvent[] {
  const events = choice.content.flatMap((part, at) => partEvents(part, index, at, choice));
  const { stopReason, stopSequence, nativeStopReason, native } = choice;
  events.push({
    type: 'choice-end',
    choice: index,
    stopReason,
    ...defined({ stopSequence, nativeStopReason, native }),
  });
  return events;
}

function partEvents(part: Part, choice: number, at: number, whole: Choice): ChatEvent[] {
  const { value, deltas } = opened(part, choice, at, whole);
  const annotations = (part.annotations ?? []).map(
    (annotation): ChatEvent => ({ type: 'annotation', choice, part: at, value: annotation }),
  );
  return [
    { type: 'part-start', choice, part: at, value },
    ...deltas,
    ...annotations,
    { type: 'part-end', choice, part: at },
  ];
}

/** The part as it starts, and the deltas that fill it. */
function opened(part: Part, choice: number, at: number, whole: Choice): { value: Part; deltas: ChatEvent[] } {
  const { annotations: _, ...bare } = part;
  const place = { choice, part: at };
  switch (bare.type) {
    case 'text':
      return {
        value: { ...bare, text: '' },
        deltas: [{ type: 'text-delta', ...place, text: bare.text, ...logprobsOf(whole, at, 'content') }],
      };
    case 'refusal':
      return {
        value: { ...bare, text: '' },
        deltas: [{ type: 'refusal-delta', ...place, text: bare.text, ...logprobsOf(whole, at, 'refusal') }],
      };
    case 'reasoning':
      return {
        value: { ...bare, text: '' },
        deltas: bare.text === '' ? [] : [{ type: 'reasoning-delta', ...place, text: bare.text }],
      };
    case 'tool-call':
    case 'server-tool-call':
      return { value: { ...bare, input: '' }, deltas: [{ type: 'tool-input-delta', ...place, text: bare.input }] };
    default:
      return { value: bare as Part, deltas: [] };
  }
}

/** Logprobs belong to the choice: they go with its first part of that kind. */
function logprobsOf(choice: Choice, at: number, side: 'content' | 'refusal'): { logprobs?: TokenLogprob[] } {
  const logprobs = choice.logprobs?.[side];
  const first = choice.content.findIndex((part) => part.type === (side === 'content' ? 'text' : 'refusal'));
  return logprobs === undefined || first !== at ? {} : { logprobs };
}

/** Without the members that are undefined. */
function defined<Value extends object>(value: Value): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Key in keyof Value]?: Exclude<Value[Key], undefined>;
  };
}
