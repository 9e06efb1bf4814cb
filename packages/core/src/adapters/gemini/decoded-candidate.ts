import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import { given, record, records, string } from '../shared/read.ts';
import { readFinish } from './finish.ts';
import { readCitations, searchesOf } from './grounding.ts';
import { readLogprobs } from './logprobs.ts';
import { overlay } from './merge.ts';
import { isBlank, type PartReader, readPart } from './parts-read.ts';
import { candidateNative } from './reply-read.ts';
import type { Wire } from './wire.ts';

/** Members without a name in the chat model, by wire format. */
export type Native = Record<string, Record<string, unknown>>;

/** One candidate as far as it has come. */
export interface Candidate {
  readonly choice: number;
  /** Parts begun so far. */
  parts: number;
  /** The part that further text continues: the last one, while it is open. */
  open: 'text' | 'reasoning' | undefined;
  /** Text of the open part, for the positions of citations. */
  text: string;
  hasCalls: boolean;
  finishReason: string | undefined;
  searches: number;
  native: Native | undefined;
}

/** Native members with those of a later chunk laid over them. */
export function laid(native: Native | undefined, more: Native | undefined): Native | undefined {
  return more === undefined ? native : (overlay(native, more) as Native);
}

/** A candidate that nothing is known of yet. */
export const newCandidate = (choice: number): Candidate => ({
  choice,
  parts: 0,
  open: undefined,
  text: '',
  hasCalls: false,
  finishReason: undefined,
  searches: 0,
  native: undefined,
});

/** Closes the open part; citations of the chunk belong to it and come before. */
function close(candidate: Candidate, events: ChatEvent[]): void {
  if (candidate.open === undefined) return;
  events.push({ type: 'part-end', choice: candidate.choice, part: candidate.parts - 1 });
  candidate.open = undefined;
}

function start(candidate: Candidate, value: Part, events: ChatEvent[]): number {
  close(candidate, events);
  const part = candidate.parts;
  candidate.parts += 1;
  events.push({ type: 'part-start', choice: candidate.choice, part, value });
  return part;
}

function delta(
  candidate: Candidate,
  kind: 'text' | 'reasoning',
  text: string,
  logprobs: TokenLogprob[] | undefined,
  events: ChatEvent[],
): void {
  const { choice } = candidate;
  const part = candidate.parts - 1;
  if (text === '') return;
  if (kind === 'reasoning') events.push({ type: 'reasoning-delta', choice, part, text });
  else
    events.push(
      logprobs === undefined
        ? { type: 'text-delta', choice, part, text }
        : { type: 'text-delta', choice, part, text, logprobs },
    );
}

/** Text continues an open part of its kind. A signature covers exactly the part it came on, so signed text is a part of its own. */
function addText(
  candidate: Candidate,
  made: Part & { type: 'text' | 'reasoning' },
  logprobs: TokenLogprob[] | undefined,
  events: ChatEvent[],
): void {
  const alone = made.signature !== undefined || made.native !== undefined;
  if (alone || candidate.open !== made.type) {
    start(candidate, { ...made, text: '' }, events);
    candidate.open = made.type;
    candidate.text = '';
  }
  delta(candidate, made.type, made.text, logprobs, events);
  candidate.text += made.text;
  if (alone) close(candidate, events);
}

function addCall(
  candidate: Candidate,
  made: Part & { type: 'tool-call' | 'server-tool-call' },
  events: ChatEvent[],
): void {
  if (made.type === 'tool-call') candidate.hasCalls = true;
  const part = start(candidate, { ...made, input: '' }, events);
  events.push(
    { type: 'tool-input-delta', choice: candidate.choice, part, text: made.input },
    { type: 'part-end', choice: candidate.choice, part },
  );
}

function addPart(candidate: Candidate, made: Part, logprobs: TokenLogprob[] | undefined, events: ChatEvent[]): void {
  if (isBlank(made)) return;
  if (made.type === 'text' || made.type === 'reasoning') addText(candidate, made, logprobs, events);
  else if (made.type === 'tool-call' || made.type === 'server-tool-call') addCall(candidate, made, events);
  else events.push({ type: 'part-end', choice: candidate.choice, part: start(candidate, made, events) });
}

function cite(candidate: Candidate, wire: Wire, events: ChatEvent[]): void {
  if (candidate.open !== 'text') return;
  const { choice, text } = candidate;
  for (const { annotation } of readCitations(wire, () => text))
    events.push({ type: 'annotation', choice, part: candidate.parts - 1, value: annotation });
}

const continues = (candidate: Candidate, made: Part): boolean =>
  made.type === 'text' && made.signature === undefined && made.native === undefined && candidate.open !== 'reasoning';

/** One candidate of a chunk as events. */
export function addCandidate(candidate: Candidate, wire: Wire, reader: PartReader, events: ChatEvent[]): void {
  const cites = wire['groundingMetadata'] !== undefined || wire['citationMetadata'] !== undefined;
  let logprobs = readLogprobs(wire['logprobsResult']);
  let cited = !cites;
  for (const part of records(record(wire['content'])?.['parts'])) {
    const made = readPart(part, reader);
    if (!cited && !continues(candidate, made)) {
      cite(candidate, wire, events);
      cited = candidate.open === undefined ? cited : true;
    }
    addPart(candidate, made, logprobs, events);
    if (made.type === 'text' && made.text !== '') logprobs = undefined;
  }
  if (!cited) cite(candidate, wire, events);
  candidate.searches = Math.max(candidate.searches, searchesOf(wire) ?? 0);
  // Token probabilities that went along with text are not told twice.
  candidate.native = laid(candidate.native, candidateNative(wire, logprobs === undefined).native);
  candidate.finishReason = string(wire['finishReason']) ?? candidate.finishReason;
}

/** The end of a candidate. */
export function endCandidate(candidate: Candidate, events: ChatEvent[]): void {
  close(candidate, events);
  const { choice, native } = candidate;
  events.push({
    type: 'choice-end',
    choice,
    ...readFinish(candidate.finishReason, candidate.hasCalls),
    ...given('native', native),
  });
}
