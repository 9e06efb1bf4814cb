import type { Fault } from '../../chat/fault.ts';
import type { Origin, Part } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Exchange, UpstreamCall } from '../adapter.ts';
import { originOf } from '../shared/origin.ts';
import { count, given, record, records, string } from '../shared/read.ts';
import { createMatcher } from './call-ids.ts';
import { errorOf, readError } from './errors.ts';
import { readFinish } from './finish.ts';
import { type Placed, readCitations, searchesOf } from './grounding.ts';
import { readLogprobs } from './logprobs.ts';
import { isBlank, type PartReader, readPart } from './parts-read.ts';
import { memoOf } from './tool-names.ts';
import { readToolResult } from './tool-results.ts';
import { readUsage, tierOf } from './usage.ts';
import { FORMAT, rest, type Wire } from './wire.ts';

const CANDIDATE = new Set(['content', 'finishReason', 'index']);
const REPLY = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId']);

/** The members of an object that stay native to this format. */
const nativeOf = (wire: Wire, known: ReadonlySet<string>): { native?: Record<string, Wire> } => {
  const others = rest(wire, known);
  return others === undefined ? {} : { native: { [FORMAT]: others } };
};
const CANDIDATE_TOLD = new Set([...CANDIDATE, 'logprobsResult']);
/** Native members of a candidate, such as its ratings and its grounding; without its token probabilities where events told them. */
export const candidateNative = (candidate: Wire, toldLogprobs = false): { native?: Record<string, Wire> } =>
  nativeOf(candidate, toldLogprobs ? CANDIDATE_TOLD : CANDIDATE);
/** Native members of an answer, such as `promptFeedback`. */
export const replyNative = (body: Wire): { native?: Record<string, Wire> } => nativeOf(body, REPLY);

/** Reads the parts of an answer: names as the client knows them, ids made where the model gave none. */
export function answerReader(call: UpstreamCall, exchange: Pick<Exchange, 'newId'>): PartReader {
  const { names, custom } = memoOf(call.memo);
  const origin: Origin = { ...originOf(call.target), format: FORMAT };
  const make = (): string => exchange.newId('call_');
  return {
    origin,
    calls: createMatcher(make),
    server: createMatcher(make),
    toolName: (name) => names.original(name),
    isCustom: (name) => custom.has(name),
    readResult: readToolResult,
  };
}

function annotate(parts: readonly Part[], placed: readonly Placed[]): void {
  const last = parts.findLast((part) => part.type === 'text');
  for (const { part, annotation } of placed) {
    const made = parts[part];
    const target = made?.type === 'text' ? made : last;
    if (target !== undefined) target.annotations = [...(target.annotations ?? []), annotation];
  }
}

function readCandidate(candidate: Wire, reader: PartReader): Choice {
  const wires = records(record(candidate['content'])?.['parts']);
  const parts = wires.map((wire) => readPart(wire, reader));
  annotate(
    parts,
    readCitations(candidate, (index) => string(wires[index]?.['text'])),
  );
  const logprobs = readLogprobs(candidate['logprobsResult']);
  return {
    content: parts.filter((part) => !isBlank(part)),
    ...readFinish(
      string(candidate['finishReason']),
      parts.some((part) => part.type === 'tool-call'),
    ),
    ...(logprobs !== undefined && { logprobs: { content: logprobs } }),
    ...candidateNative(candidate),
  };
}

/** The prompt was refused: a 200 without candidates. A client sees an empty answer that the filter ended. */
export function blockedPrompt(body: Wire): Choice | undefined {
  const feedback = record(body['promptFeedback']);
  const reason = string(feedback?.['blockReason']);
  return reason === undefined ? undefined : { content: [], stopReason: 'content-filter', nativeStopReason: reason };
}

/** Usage of an answer with the searches that its candidates took. */
export function usageOf(body: Wire, searches: number): Usage | undefined {
  const usage = readUsage(body['usageMetadata']);
  return searches === 0 ? usage : { ...usage, serverTools: { google_search: searches } };
}

function readChoices(candidates: readonly Wire[], reader: PartReader): Choice[] {
  const ordered = [...candidates].sort((one, other) => (count(one['index']) ?? 0) - (count(other['index']) ?? 0));
  return ordered.map((candidate) => readCandidate(candidate, reader));
}

/** A `GenerateContentResponse` in the chat model; a 200 that holds an error, or nothing, is a fault. */
export function readReply(body: unknown, call: UpstreamCall, exchange: Pick<Exchange, 'newId'>): ChatReply | Fault {
  const error = errorOf(body);
  if (error !== undefined) return readError(error, 502);
  const reply = record(body);
  if (reply === undefined)
    return { kind: 'invalid-response', message: 'The provider answered with something that is not a JSON object.' };
  const candidates = records(reply['candidates']);
  const blocked = candidates.length === 0 ? blockedPrompt(reply) : undefined;
  if (candidates.length === 0 && blocked === undefined)
    return { kind: 'invalid-response', message: 'The provider answered without a candidate.' };
  const searches = candidates.reduce((sum, candidate) => sum + (searchesOf(candidate) ?? 0), 0);
  return {
    ...given('id', string(reply['responseId'])),
    ...given('model', string(reply['modelVersion'])),
    choices: blocked === undefined ? readChoices(candidates, answerReader(call, exchange)) : [blocked],
    ...given('usage', usageOf(reply, searches)),
    ...given('serviceTier', tierOf(reply['usageMetadata'])),
    ...replyNative(reply),
  };
}
