import type { ErrorView } from '../neutral.ts';
import { geminiAnswer, geminiError } from './gemini-answer.ts';
import { type Json, maybeObjects, object, objects, wrong } from './json.ts';
import { sseEvents } from './sse.ts';

/** What a client has gathered of one candidate. */
interface Gathered {
  readonly parts: Json[];
  /** Each chunk has those of its own tokens. */
  readonly chosen: Json[];
  last: Json | undefined;
}

/** Chunks of a stream: events, or the elements of one JSON array. */
function chunksOf(bytes: string): Json[] {
  if (bytes.trimStart().startsWith('[')) return [...objects(JSON.parse(bytes), 'stream')];
  return sseEvents(bytes).map(({ event, data }, index) => {
    if (event !== undefined) wrong(`event ${index}`, 'must have no name');
    return object(JSON.parse(data), `chunk ${index}`);
  });
}

/**
 * The chunks of an answer: each a GenerateContentResponse with the next parts; the one with a `finishReason` is the last of its candidate,
 * and the last chunk has the usage of all. Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export function geminiStream(bytes: string): Json {
  const chunks = chunksOf(bytes);
  const last = chunks.at(-1) ?? wrong('stream', 'must have chunks');
  const { candidates, feedback } = gather(chunks);
  for (const [index, candidate] of candidates.entries()) {
    if (candidate?.last === undefined) wrong(`candidate ${index}`, 'must have a finishReason');
  }
  return {
    ...last,
    ...(feedback === undefined ? {} : { promptFeedback: feedback }),
    ...(candidates.length === 0 ? {} : { candidates: candidates.map(whole) }),
  };
}

function whole({ parts, chosen, last }: Gathered, index: number): Json {
  const logprobs = chosen.length === 0 ? {} : { logprobsResult: { chosenCandidates: chosen } };
  return { ...last, ...logprobs, index, content: { parts, role: 'model' } };
}

function gather(chunks: readonly Json[]): { candidates: Gathered[]; feedback: unknown } {
  const candidates: Gathered[] = [];
  let feedback: unknown;
  for (const [index, chunk] of chunks.entries()) {
    const at = `chunk ${index}`;
    for (const name of ['responseId', 'modelVersion']) {
      if (chunk[name] === undefined || chunk[name] !== chunks[0]?.[name])
        wrong(`${at}.${name}`, 'must be the same in all chunks', chunk);
    }
    feedback = chunk.promptFeedback ?? feedback;
    for (const candidate of maybeObjects(chunk.candidates, at)) addCandidate(candidates, candidate, chunk, at);
  }
  return { candidates, feedback };
}

function addCandidate(candidates: Gathered[], candidate: Json, chunk: Json, at: string): void {
  const index = typeof candidate.index === 'number' ? candidate.index : 0;
  candidates[index] ??= { parts: [], chosen: [], last: undefined };
  const gathered = candidates[index];
  if (gathered.last !== undefined) wrong(at, 'must not follow the finishReason of its candidate', chunk);
  gathered.parts.push(...maybeObjects(object(candidate.content ?? {}, at).parts, at));
  gathered.chosen.push(...maybeObjects(object(candidate.logprobsResult ?? {}, at).chosenCandidates, at));
  if (candidate.finishReason === undefined) {
    // Every chunk is an answer of its own kind; only its end is yet to come.
    geminiAnswer({ ...chunk, candidates: [{ ...candidate, index: 0, finishReason: 'STOP' }] });
  } else gathered.last = candidate;
}

/** Chunks, then one error; no finishReason anywhere. */
export function geminiBrokenStream(bytes: string): ErrorView {
  const chunks = chunksOf(bytes);
  const last = chunks.at(-1) ?? wrong('stream', 'must have chunks');
  const { candidates } = gather(chunks.slice(0, -1));
  if (candidates.some((candidate) => candidate.last !== undefined))
    wrong('stream', 'is broken and must not say that it finished');
  return geminiError(last);
}
