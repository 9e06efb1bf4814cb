import type { AnswerPart } from '../../answer/answer.ts';
import { lettersAndDigits } from '../../kit/random.ts';
import type { Saying } from '../format.ts';
import { call, callsOf, citation, cohereUsage, contentParts, FINISH_REASONS, vendorFields } from './message.ts';

/** A whole answer. Source: https://docs.cohere.com/reference/chat */
export function cohereBody(saying: Saying): unknown {
  const [answer] = saying.answers;
  if (answer === undefined) return {};
  const parts = contentParts(answer);
  const calls = callsOf(answer);
  const citations = parts.flatMap((part, index) => (part.kind === 'text' && part.cites ? [citation(part, index)] : []));
  return {
    id: answerId(saying),
    finish_reason: FINISH_REASONS[answer.finish],
    message: {
      role: 'assistant',
      ...(parts.length === 0 ? {} : { content: parts.map(block) }),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((part) => ({ ...call(part), ...vendorFields(saying) })) }),
      ...(citations.length === 0 ? {} : { citations }),
    },
    ...(saying.usage === undefined ? {} : { usage: cohereUsage(saying.usage) }),
    ...vendorFields(saying),
  };
}

/** A UUID, as the vendor's ids are. */
export function answerId(saying: Saying): string {
  const digits = lettersAndDigits(32, 'answer', saying.seed, saying.nonce).toLowerCase();
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}

function block(part: AnswerPart): Record<string, unknown> {
  const text = 'tokens' in part ? part.tokens.join('') : '';
  return part.kind === 'reasoning' ? { type: 'thinking', thinking: text } : { type: 'text', text };
}
