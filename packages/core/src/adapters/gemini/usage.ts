import { inputTotal, outputTotal, type Usage } from '../../chat/usage.ts';
import { count, given, record, string } from '../shared/read.ts';
import type { Wire } from './wire.ts';

/** Tokens of one modality in a list of details. */
function modality(details: unknown, name: string): number {
  if (!Array.isArray(details)) return 0;
  let total = 0;
  for (const detail of details as readonly unknown[]) {
    const entry = record(detail);
    if (entry?.['modality'] === name) total += count(entry['tokenCount']) ?? 0;
  }
  return total;
}

/** Tokens of a modality that did not come from the cache: the prompt's details count cached ones too. */
function fresh(wire: Wire, name: string): number {
  const all = modality(wire['promptTokensDetails'], name);
  return all === 0 ? 0 : Math.max(0, all - modality(wire['cacheTokensDetails'], name));
}

/** Prompt tokens: `promptTokenCount` includes the cached ones, and does not include what tools of the vendor read. */
function addInput(usage: Usage, wire: Wire): void {
  const prompt = count(wire['promptTokenCount']);
  const cached = count(wire['cachedContentTokenCount']);
  const tools = count(wire['toolUsePromptTokenCount']);
  if (cached !== undefined) usage.cacheRead = cached;
  if (prompt === undefined && tools === undefined) return;
  const audio = fresh(wire, 'AUDIO');
  const image = fresh(wire, 'IMAGE');
  usage.input = Math.max(0, (prompt ?? 0) - (cached ?? 0) - audio - image) + (tools ?? 0);
  if (audio > 0) usage.inputAudio = audio;
  if (image > 0) usage.inputImage = image;
}

/** Answer tokens: `candidatesTokenCount` does not include the thinking. */
function addOutput(usage: Usage, wire: Wire): void {
  const candidates = count(wire['candidatesTokenCount']);
  const reasoning = count(wire['thoughtsTokenCount']);
  if (reasoning !== undefined) usage.reasoning = reasoning;
  if (candidates === undefined) return;
  const audio = modality(wire['candidatesTokensDetails'], 'AUDIO');
  const image = modality(wire['candidatesTokensDetails'], 'IMAGE');
  usage.output = Math.max(0, candidates - audio - image);
  if (audio > 0) usage.outputAudio = audio;
  if (image > 0) usage.outputImage = image;
}

/** The tier that a request was served in, in the words of the chat model. */
export function tierOf(metadata: unknown): string | undefined {
  const tier = string(record(metadata)?.['serviceTier'])?.toLowerCase();
  return tier === 'standard' ? 'default' : tier;
}

/** `usageMetadata` in disjoint classes; undefined when there is none. Source: https://ai.google.dev/api/generate-content#UsageMetadata */
export function readUsage(metadata: unknown): Usage | undefined {
  const wire = record(metadata);
  if (wire === undefined) return undefined;
  const usage: Usage = {};
  const tier = tierOf(wire);
  addInput(usage, wire);
  addOutput(usage, wire);
  if (tier !== undefined) usage.serviceTier = tier;
  return usage;
}

function details(text: number, audio: number | undefined, image: number | undefined): Wire[] | undefined {
  if (audio === undefined && image === undefined) return undefined;
  const rows: [string, number | undefined][] = [
    ['TEXT', text],
    ['IMAGE', image],
    ['AUDIO', audio],
  ];
  return rows
    .filter(([, tokens]) => tokens !== undefined && tokens > 0)
    .map(([name, tokenCount]) => ({ modality: name, tokenCount }));
}

/** Usage as `usageMetadata`. */
export function writeUsage(usage: Usage): Wire {
  const prompt = inputTotal(usage);
  const candidates = outputTotal(usage) - (usage.reasoning ?? 0);
  const tier = usage.serviceTier === 'default' ? 'standard' : usage.serviceTier;
  return {
    promptTokenCount: prompt,
    ...given('cachedContentTokenCount', usage.cacheRead),
    candidatesTokenCount: candidates,
    ...given('thoughtsTokenCount', usage.reasoning),
    totalTokenCount: prompt + outputTotal(usage),
    ...given(
      'promptTokensDetails',
      details(prompt - (usage.inputAudio ?? 0) - (usage.inputImage ?? 0), usage.inputAudio, usage.inputImage),
    ),
    ...given('candidatesTokensDetails', details(usage.output ?? 0, usage.outputAudio, usage.outputImage)),
    ...given('serviceTier', tier),
  };
}
