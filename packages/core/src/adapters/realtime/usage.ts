import type { Usage } from '../../chat/usage.ts';
import { count, type Json, put, record } from '../shared/read.ts';

/**
 * The usage of a response in disjoint classes. On the wire the input counts cached tokens too, and each modality counts its own cached ones.
 * Source: https://platform.openai.com/docs/guides/realtime-costs
 */
export function readResponseUsage(value: unknown): Usage | undefined {
  const usage = record(value);
  const input = count(usage?.['input_tokens']);
  const output = count(usage?.['output_tokens']);
  if (usage === undefined || (input === undefined && output === undefined)) return undefined;
  const classes: Usage = {};
  inputClasses(record(usage['input_token_details']) ?? {}, input ?? 0, classes);
  const audio = Math.min(count(record(usage['output_token_details'])?.['audio_tokens']) ?? 0, output ?? 0);
  classes.output = (output ?? 0) - audio;
  if (audio > 0) classes.outputAudio = audio;
  return classes;
}

function inputClasses(details: Json, total: number, classes: Usage): void {
  const cached = record(details['cached_tokens_details']) ?? {};
  const fresh = (kind: string): number =>
    Math.max(0, (count(details[`${kind}_tokens`]) ?? 0) - (count(cached[`${kind}_tokens`]) ?? 0));
  let left = total;
  const take = (wanted: number): number | undefined => {
    const taken = Math.min(wanted, left);
    left -= taken;
    return taken > 0 ? taken : undefined;
  };
  put(classes, 'cacheRead', take(count(details['cached_tokens']) ?? 0));
  put(classes, 'inputAudio', take(fresh('audio')));
  put(classes, 'inputImage', take(fresh('image')));
  classes.input = left;
}

/** What a transcription of the client's audio consumed: tokens, or seconds, as the model is billed. */
export function readTranscriptionUsage(value: unknown): Readonly<Record<string, number>> | undefined {
  const usage = record(value);
  const seconds = usage?.['seconds'];
  if (typeof seconds === 'number' && seconds >= 0) return { inputAudioSeconds: Math.ceil(seconds) };
  const classes = readResponseUsage(usage);
  if (classes === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(classes).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
