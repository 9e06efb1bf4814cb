import type { Annotation } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { given, record } from '../shared/read.ts';
import { writeFinish } from './finish.ts';
import { writeGrounding } from './grounding.ts';
import { writeLogprobs } from './logprobs.ts';
import { mergeAll } from './merge.ts';
import { type PartWriter, writePart } from './parts-write.ts';
import { replyWriter } from './reply-writer.ts';
import { writeUsage } from './usage.ts';
import { ownNative, type Wire } from './wire.ts';

interface Cited {
  readonly index: number;
  readonly text: string;
  readonly annotations: readonly Annotation[];
}

function writeContent(choice: Choice, writer: PartWriter): { parts: Wire[]; cited: Cited[] } {
  const parts: Wire[] = [];
  const cited: Cited[] = [];
  for (const [index, part] of choice.content.entries()) {
    if (part.type === 'text' && part.annotations !== undefined)
      cited.push({ index: parts.length, text: part.text, annotations: part.annotations });
    parts.push(...writePart(part, writer, `candidates.content.parts.${index}`));
  }
  return { parts, cited };
}

function writeCandidate(choice: Choice, index: number, writer: PartWriter): Wire {
  const { parts, cited } = writeContent(choice, writer);
  const native = ownNative(choice.native);
  const logprobs = choice.logprobs?.content;
  const candidate: Wire = { content: { parts, role: 'model' }, finishReason: writeFinish(choice), index };
  if (native?.['groundingMetadata'] === undefined && native?.['citationMetadata'] === undefined)
    Object.assign(candidate, given('groundingMetadata', writeGrounding(cited)));
  if (native?.['logprobsResult'] === undefined && logprobs !== undefined)
    candidate['logprobsResult'] = writeLogprobs(logprobs);
  mergeAll(candidate, native);
  return candidate;
}

/** Was the prompt refused before anything was generated? Then the API answers without candidates. */
function isBlockedPrompt(reply: ChatReply, native: Wire | undefined): boolean {
  return (
    record(native?.['promptFeedback'])?.['blockReason'] !== undefined &&
    reply.choices.every((choice) => choice.content.length === 0 && choice.native === undefined)
  );
}

/** An answer as a `GenerateContentResponse`. Source: https://ai.google.dev/api/generate-content#generatecontentresponse */
export function renderReply(
  reply: ChatReply,
  exchange: Pick<Exchange, 'id' | 'model'>,
): { body: Wire; dropped: string[] } {
  const dropped = new Set<string>();
  const writer = replyWriter(dropped);
  const native = ownNative(reply.native);
  const body: Wire = {
    ...(!isBlockedPrompt(reply, native) && {
      candidates: reply.choices.map((choice, index) => writeCandidate(choice, index, writer)),
    }),
    ...(reply.usage !== undefined && {
      usageMetadata: writeUsage({
        ...reply.usage,
        ...given('serviceTier', reply.usage.serviceTier ?? reply.serviceTier),
      }),
    }),
    modelVersion: reply.model ?? exchange.model,
    responseId: reply.id ?? exchange.id,
  };
  mergeAll(body, native);
  return { body, dropped: [...dropped] };
}
