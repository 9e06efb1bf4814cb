import type { Usage } from '../../chat/usage.ts';
import { array, count, given, isEmpty, type Json, number, put, record } from '../shared/read.ts';

/**
 * The usage of images and audio in disjoint classes: `input_tokens` counts text, image and audio tokens, `output_tokens` those of what was made.
 * Transcriptions by time tell seconds instead. undefined when it is none.
 * Sources: https://platform.openai.com/docs/api-reference/images/object, https://platform.openai.com/docs/api-reference/audio/json-object
 */
export function mediaUsage(value: unknown, made: 'outputImage' | 'outputAudio' | 'output'): Usage | undefined {
  const usage = record(value);
  if (usage === undefined) return undefined;
  const read: Usage = {};
  put(read, 'inputSeconds', seconds(usage));
  const input = count(usage['input_tokens']) ?? count(usage['prompt_tokens']);
  if (input !== undefined) inputClasses(usage, input, read);
  const output = count(usage['output_tokens']) ?? count(usage['completion_tokens']);
  if (output !== undefined) outputClasses(usage, output, made, read);
  return isEmpty(read as Json) ? undefined : read;
}

/** Mistral tells the seconds of audio beside its tokens. Source: https://docs.mistral.ai/capabilities/audio_transcription */
const seconds = (usage: Json): number | undefined =>
  number(usage['seconds']) ?? number(usage['prompt_audio_seconds']) ?? undefined;

function inputClasses(usage: Json, input: number, read: Usage): void {
  const details = record(usage['input_tokens_details']) ?? record(usage['input_token_details']) ?? {};
  const image = Math.min(count(details['image_tokens']) ?? 0, input);
  const audio = Math.min(count(details['audio_tokens']) ?? 0, input - image);
  if (image > 0) read.inputImage = image;
  if (audio > 0) read.inputAudio = audio;
  read.input = input - image - audio;
}

/** Where text was made beside the images, the details tell. */
function outputClasses(usage: Json, output: number, made: 'outputImage' | 'outputAudio' | 'output', read: Usage): void {
  const details = record(usage['output_tokens_details']) ?? record(usage['output_token_details']);
  const text = made === 'output' ? 0 : Math.min(count(details?.['text_tokens']) ?? 0, output);
  if (text > 0) read.output = text;
  read[made] = output - text;
}

/** How many images an answer holds, where nothing else tells what it cost. */
export function imagesUsage(body: Json): Usage | undefined {
  const images = array(body['data'])?.length;
  const told = mediaUsage(body['usage'], 'outputImage');
  return told === undefined && images === undefined ? undefined : { ...told, ...given('outputImages', images) };
}
