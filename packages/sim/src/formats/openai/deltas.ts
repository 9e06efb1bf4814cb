import type { Answer, AnswerPart, ToolPart } from '../../answer/answer.ts';
import { pieces } from '../../kit/tokens.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import { callId, citations, encryptedDetail, FINISH_REASONS, thoughtSignature } from './message.ts';

/** What makes a chunk out of a choice's delta. */
export interface Delta {
  readonly role: Frame['role'];
  readonly delta: Record<string, unknown>;
  readonly tokens: number;
  readonly finish?: string;
}

/** The deltas of one choice, in order: its role, its content, its finish reason. Source: openai-openapi `ChatCompletionStreamResponseDelta`. */
export function choiceDeltas(saying: Saying, answer: Answer): Delta[] {
  const calls = answer.parts.filter((part) => part.kind === 'tool');
  const before = answer.parts.filter((part) => part.kind !== 'tool');
  const hidden = answer.parts.reduce(
    (sum, part) => sum + (part.kind === 'reasoning' && part.form === 'hidden' ? part.tokens.length : 0),
    0,
  );
  const silent = calls.length > 0 && before.every((part) => part.kind !== 'text');
  return [
    // Hidden reasoning is over when the first chunk comes.
    { role: 'open', tokens: hidden, delta: { role: 'assistant', content: silent ? null : '', refusal: null } },
    ...before.flatMap((part) => partDeltas(saying, part)),
    ...callDeltas(saying, calls),
    { role: 'close', tokens: 0, delta: {}, finish: FINISH_REASONS[answer.finish] },
  ];
}

function partDeltas(saying: Saying, part: AnswerPart): Delta[] {
  const some = pieces(part.tokens, saying.tokensPerEvent);
  const say = (delta: (text: string) => Record<string, unknown>): Delta[] =>
    some.map((piece) => ({ role: 'token', tokens: piece.tokens, delta: delta(piece.text) }));
  switch (part.kind) {
    case 'text': {
      const cited: Delta[] = part.cites
        ? [{ role: 'open', tokens: 0, delta: { annotations: citations(part.tokens.join('')) } }]
        : [];
      return [...say((content) => ({ content })), ...cited];
    }
    case 'refusal':
      return say((refusal) => ({ refusal }));
    case 'reasoning':
      return reasoningDeltas(saying, part, say);
    default:
      return [];
  }
}

function reasoningDeltas(
  saying: Saying,
  part: AnswerPart & { kind: 'reasoning' },
  say: (delta: (text: string) => Record<string, unknown>) => Delta[],
): Delta[] {
  const whole = part.tokens.join('');
  if (part.form === 'hidden') return [];
  if (part.form === 'redacted')
    return [
      { role: 'token', tokens: part.tokens.length, delta: { reasoning_details: [encryptedDetail(saying, whole)] } },
    ];
  if (!saying.script.words.has('details')) return say((text) => ({ reasoning_content: text }));
  const detail = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 };
  // The signature is the last piece of its detail; pieces of one index belong together.
  const signature = saying.signer.sign('openai-detail', whole, saying.nonce);
  return [
    ...say((text) => ({ reasoning: text, reasoning_details: [{ ...detail, text }] })),
    { role: 'open', tokens: 0, delta: { reasoning_details: [{ ...detail, signature }] } },
  ];
}

/** A call's first delta has its id, type and name; the others have pieces of the arguments. Source: `ChatCompletionMessageToolCallChunk`. */
function callDeltas(saying: Saying, calls: readonly ToolPart[]): Delta[] {
  const perCall = calls.map((call, index): Delta[] => [
    {
      role: 'open',
      tokens: 0,
      delta: {
        tool_calls: [
          {
            index,
            id: callId(call),
            type: 'function',
            function: { name: call.name, arguments: '' },
            ...thoughtSignature(saying, call),
          },
        ],
      },
    },
    ...pieces(call.tokens, saying.tokensPerEvent).map(
      (piece): Delta => ({
        role: 'token',
        tokens: piece.tokens,
        delta: { tool_calls: [{ index, function: { arguments: piece.text } }] },
      }),
    ),
  ]);
  return saying.script.faults.has('paralleltools') ? interleave(perCall).map(([, step]) => step) : perCall.flat();
}

/** Rows mixed as they come from a model that writes them at once: the first of each, the second of each …, with the row's index. */
export function interleave(rows: readonly (readonly Delta[])[]): [number, Delta][] {
  const longest = Math.max(0, ...rows.map((row) => row.length));
  const mixed: [number, Delta][] = [];
  for (let at = 0; at < longest; at += 1) {
    for (const [index, row] of rows.entries()) {
      const step = row[at];
      if (step !== undefined) mixed.push([index, step]);
    }
  }
  return mixed;
}
