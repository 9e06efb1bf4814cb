import type { AnswerView, ChoiceView, ErrorView, UsageView } from '../neutral.ts';
import { count, filled, given, type Json, maybeObjects, object, objects, text, wrong } from './json.ts';

const DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];

/** A GenerateContentResponse. Source: https://ai.google.dev/api/generate-content#generatecontentresponse */
export function geminiAnswer(value: unknown): AnswerView {
  const body = object(value, 'body');
  const candidates = maybeObjects(body.candidates, 'candidates');
  const blocked =
    body.promptFeedback === undefined ? undefined : object(body.promptFeedback, 'promptFeedback').blockReason;
  if (candidates.length === 0 && blocked === undefined)
    wrong('body', 'must have candidates or say why there are none', body);
  const metadata = body.usageMetadata === undefined ? undefined : object(body.usageMetadata, 'usageMetadata');
  return given({
    id: filled(body.responseId, 'responseId'),
    model: filled(body.modelVersion, 'modelVersion'),
    choices: candidates.length === 0 ? [blockedChoice(text(blocked, 'blockReason'))] : candidates.map(choiceView),
    usage: metadata === undefined ? undefined : geminiUsage(metadata),
    tier: metadata?.serviceTier,
  }) as AnswerView;
}

const blockedChoice = (stop: string): ChoiceView => ({
  text: '',
  thought: '',
  refusal: '',
  calls: [],
  images: [],
  citations: [],
  stop,
});

function choiceView(candidate: Json, index: number): ChoiceView {
  const at = `candidates.${index}`;
  if ((candidate.index ?? 0) !== index) wrong(`${at}.index`, `must be ${index}`, candidate);
  const content = object(candidate.content, `${at}.content`);
  if (content.role !== 'model') wrong(`${at}.role`, 'must be model', content);
  const parts = objects(content.parts, `${at}.parts`);
  for (const [place, part] of parts.entries()) judge(part, `${at}.parts.${place}`);
  const texts = (thought: boolean): string =>
    parts
      .filter((part) => (part.thought === true) === thought)
      .map((part) => part.text ?? '')
      .join('');
  return given({
    text: texts(false),
    thought: texts(true),
    refusal: '',
    calls: parts
      .filter((part) => part.functionCall !== undefined)
      .map((part, place) => callView(object(part.functionCall, at), place)),
    images: parts.filter((part) => part.inlineData !== undefined).map((part) => dataUri(object(part.inlineData, at))),
    citations: citations(candidate),
    stop: text(candidate.finishReason, `${at}.finishReason`),
    logprobs: candidate.logprobsResult === undefined ? undefined : logprobs(object(candidate.logprobsResult, at)),
  }) as ChoiceView;
}

function logprobs(result: Json): ChoiceView['logprobs'] {
  return objects(result.chosenCandidates, 'chosenCandidates').map((one) => ({
    token: text(one.token, 'token'),
    logprob: Number(one.logProbability),
  }));
}

const dataUri = (data: Json): string => `data:${text(data.mimeType, 'mimeType')};base64,${text(data.data, 'data')}`;

/** Each part is one of its kinds, and signatures are base64. */
function judge(part: Json, at: string): void {
  if (DATA.filter((name) => part[name] !== undefined).length !== 1) wrong(at, 'must be one kind of part', part);
  const signature = part.thoughtSignature;
  if (signature !== undefined && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text(signature, at)))
    wrong(`${at}.thoughtSignature`, 'must be base64', signature);
  if (part.functionCall !== undefined) {
    const call = object(part.functionCall, `${at}.functionCall`);
    filled(call.name, `${at}.functionCall.name`);
    if (call.args !== undefined) object(call.args, `${at}.functionCall.args`);
  }
}

const callView = (call: Json, place: number) => ({
  id: String(call.id ?? place),
  name: text(call.name, 'name'),
  input: call.args ?? {},
});

function citations(candidate: Json): string[] {
  const cited = maybeObjects(
    object(candidate.citationMetadata ?? {}, 'citationMetadata').citationSources,
    'citationSources',
  );
  const grounding = object(candidate.groundingMetadata ?? {}, 'groundingMetadata');
  const chunks = maybeObjects(grounding.groundingChunks, 'groundingChunks').map((chunk) =>
    object(chunk.web ?? chunk.retrievedContext, 'chunk'),
  );
  return [...cited, ...chunks].map((one) => text(one.uri ?? one.text, 'citation'));
}

/** `promptTokenCount` holds the cached tokens, `candidatesTokenCount` not the thoughts. Source: https://ai.google.dev/api/generate-content#UsageMetadata */
function geminiUsage(usage: Json): UsageView {
  const input = count(usage.promptTokenCount, 'promptTokenCount');
  const thinking =
    usage.thoughtsTokenCount === undefined ? undefined : count(usage.thoughtsTokenCount, 'thoughtsTokenCount');
  const output = count(usage.candidatesTokenCount ?? 0, 'candidatesTokenCount') + (thinking ?? 0);
  if (usage.totalTokenCount !== input + output) wrong('totalTokenCount', 'must be the sum of all', usage);
  return given({ input, output, cacheRead: usage.cachedContentTokenCount, thinking }) as UsageView;
}

/** Source: https://cloud.google.com/apis/design/errors#http_mapping */
export function geminiError(value: unknown): ErrorView {
  const error = object(object(value, 'body').error, 'error');
  count(error.code, 'error.code');
  return { message: filled(error.message, 'error.message'), type: filled(error.status, 'error.status') };
}
