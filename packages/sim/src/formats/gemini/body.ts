import type { Answer, SimUsage } from '../../answer/answer.ts';
import { lettersAndDigits } from '../../kit/random.ts';
import type { Saying } from '../format.ts';
import {
  citationMetadata,
  FINISH_REASONS,
  functionCall,
  isShown,
  isSigned,
  purposeOf,
  thoughtSignature,
  wholeCalls,
} from './parts.ts';
import { geminiUsage } from './usage.ts';

/** A whole GenerateContentResponse. Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse. */
export function geminiBody(saying: Saying): Record<string, unknown> {
  const blocked = saying.answers.every((answer) => answer.finish === 'refusal');
  return {
    // A refused prompt has no candidates. Source: `PromptFeedback.blockReason`.
    ...(blocked
      ? { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }
      : { candidates: saying.answers.map((answer, index) => candidate(saying, answer, index)) }),
    ...tailOf(saying)(saying.usage),
  };
}

/** What the body and every chunk of one answer end with: the usage (so far), the model, the answer's id. */
export function tailOf(saying: Saying): (usage: SimUsage | undefined) => Record<string, unknown> {
  const tier = saying.script.words.has('priority') ? 'priority' : undefined;
  const tail = {
    modelVersion: saying.ask.model,
    responseId: lettersAndDigits(23, 'response', saying.seed, saying.nonce),
    ...(saying.script.faults.has('paralleltools') ? { xVendor: { shard: 7, trace: null } } : {}),
  };
  return (usage) => (usage === undefined ? tail : { usageMetadata: geminiUsage(usage, tier), ...tail });
}

function candidate(saying: Saying, answer: Answer, index: number): unknown {
  return {
    content: { parts: candidateParts(saying, answer), role: 'model' },
    finishReason: FINISH_REASONS[answer.finish],
    ...safety(answer),
    ...citationMetadata(answer),
    index,
  };
}

/** Source: `SafetyRating`. */
export function safety(answer: Answer): Record<string, unknown> {
  if (answer.finish !== 'filtered') return {};
  return { safetyRatings: [{ category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true }] };
}

function candidateParts(saying: Saying, answer: Answer): unknown[] {
  const thoughts = answer.parts.filter(isShown).map((part) => ({ text: part.tokens.join(''), thought: true }));
  const images = answer.parts
    .filter((part) => part.kind === 'image')
    .map((part) => ({ inlineData: { mimeType: part.mimeType, data: part.base64 } }));
  const texts = answer.parts.filter((part) => part.kind === 'text').map((part) => ({ text: part.tokens.join('') }));
  const calls = wholeCalls(answer);
  const said: Record<string, unknown>[] = [...images, ...texts, ...calls.map((call) => functionCall(saying, call))];
  // On the first call, which stands after the images and texts, else on the last part.
  const at = calls.length > 0 ? images.length + texts.length : said.length - 1;
  const signed = isSigned(answer)
    ? said.map((part, place) => (place === at ? { ...part, ...thoughtSignature(saying, purposeOf(calls[0])) } : part))
    : said;
  return [...thoughts, ...signed];
}
