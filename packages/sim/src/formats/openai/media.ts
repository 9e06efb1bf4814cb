import { asList, asObject, asText, type JsonObject } from '../../kit/json.ts';
import type { Profile } from '../../wire/profile.ts';
import { jsonResponse, type SimResponse, textResponse } from '../../wire/response.ts';
import { bodySteps } from '../../wire/steps.ts';
import type { MediaOperation, Received } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidParameter, missing } from './errors.ts';

/** What was said in any recording, and what is spoken for any text: bytes that no text could hold. */
const TRANSCRIPT = 'The quick brown fox.';
/** Bytes of a spoken text, per letter. */
const BYTES_PER_LETTER = 1000;
/** Bytes of one piece of audio. */
const PIECE = 16_384;
const IMAGE = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64');

/** What api.openai.com refuses. Source: openai-openapi, the required members of each request. */
export function refuseMedia({ body: given }: Received, operation: MediaOperation): VendorError | undefined {
  const body = asObject(given) ?? {};
  const lacks = REQUIRED[operation].find((names) => names.every((name) => body[name] === undefined));
  if (lacks !== undefined) return missing(lacks[0] ?? '');
  if ((operation === 'transcriptions' || operation === 'translations') && asObject(body.file)?.filename === undefined)
    return invalidParameter(
      '[{"type": "bytes_type", "loc": ["body", "file"], "msg": "Input should be valid bytes"}]',
      null,
      null,
    );
  return undefined;
}

/** Of each list one must be there. */
const REQUIRED: Readonly<Record<MediaOperation, readonly (readonly string[])[]>> = {
  moderations: [['input']],
  images: [['prompt']],
  'image-edits': [['image', 'image[]', 'images'], ['prompt']],
  'image-variations': [['image']],
  speech: [['input'], ['voice']],
  transcriptions: [['file']],
  translations: [['file']],
};

/** The answer to a request that was not refused. */
export function openAiMedia(
  { body: given }: Received,
  operation: MediaOperation,
  created: number,
  profile: Profile,
): SimResponse {
  const body = asObject(given) ?? {};
  if (operation === 'moderations') return jsonResponse(200, moderation(body));
  if (operation === 'speech') return spoken(body, profile);
  if (operation === 'transcriptions' || operation === 'translations') return transcript(body, operation, profile);
  return images(body, operation, created, profile);
}

/** Source: https://platform.openai.com/docs/api-reference/moderations/object; whatever speaks of violence is flagged. */
function moderation(body: JsonObject): unknown {
  const inputs = typeof body.input === 'string' ? [body.input] : (asList(body.input) ?? []);
  const results = inputs.map((input) => {
    const violence = JSON.stringify(input).includes('violence');
    return { flagged: violence, categories: { violence }, category_scores: { violence: violence ? 0.9 : 0.001 } };
  });
  return { id: 'modr-sim', model: body.model, results };
}

/** Sources: https://platform.openai.com/docs/api-reference/images/object, …/images-streaming */
function images(body: JsonObject, operation: MediaOperation, created: number, profile: Profile): SimResponse {
  const usage = {
    total_tokens: 110,
    input_tokens: 50,
    output_tokens: 60,
    input_tokens_details: { text_tokens: 10, image_tokens: 40 },
  };
  if (body.stream === true || body.stream === 'true') {
    const kind = operation === 'images' ? 'image_generation' : 'image_edit';
    const partial = { type: `${kind}.partial_image`, b64_json: IMAGE, partial_image_index: 0, created_at: created };
    return events([partial, { type: `${kind}.completed`, b64_json: IMAGE, created_at: created, usage }], profile);
  }
  const count = Number(body.n ?? 1);
  return jsonResponse(200, { created, data: Array.from({ length: count }, () => ({ b64_json: IMAGE })), usage });
}

/** Sources: https://platform.openai.com/docs/api-reference/audio/createSpeech, …/audio/speech-audio-delta-event */
function spoken(body: JsonObject, profile: Profile): SimResponse {
  const audio = soundOf(asText(body.input) ?? '');
  if (body.stream_format === 'sse') {
    const usage = { input_tokens: 5, output_tokens: 20, total_tokens: 25 };
    const delta = { type: 'speech.audio.delta', audio: audio.toString('base64') };
    return events([delta, { type: 'speech.audio.done', usage }], profile);
  }
  function* steps() {
    for (let at = 0; at < audio.length; at += PIECE)
      yield { delay: at === 0 ? profile.first : profile.gap, bytes: audio.subarray(at, at + PIECE), tokens: 0 };
  }
  const type = body.response_format === 'wav' ? 'audio/wav' : 'audio/mpeg';
  return { status: 200, headers: { 'content-type': type }, headersAfter: 0, steps: steps(), ending: 'end' };
}

/** The bytes that a text is spoken as; they start with what stands at the start of an MP3 frame. */
function soundOf(text: string): Buffer {
  const sound = Buffer.alloc(text.length * BYTES_PER_LETTER, Buffer.from(text));
  sound.writeUInt16BE(0xfffb, 0);
  return sound;
}

/** Sources: https://platform.openai.com/docs/api-reference/audio/createTranscription, …/audio/transcript-text-done-event */
function transcript(body: JsonObject, operation: MediaOperation, profile: Profile): SimResponse {
  const format = asText(body.response_format) ?? 'json';
  if (body.stream === 'true' && operation === 'transcriptions') {
    const usage = {
      type: 'tokens',
      input_tokens: 14,
      input_token_details: { text_tokens: 4, audio_tokens: 10 },
      output_tokens: 5,
      total_tokens: 19,
    };
    const deltas = TRANSCRIPT.split(/(?<= )/).map((delta) => ({ type: 'transcript.text.delta', delta }));
    return events([...deltas, { type: 'transcript.text.done', text: TRANSCRIPT, usage }], profile);
  }
  const plain = PLAIN[format];
  if (plain !== undefined) return textResponse(200, plain, { 'content-type': 'text/plain; charset=utf-8' });
  const usage = { type: 'duration', seconds: 2 };
  const verbose = { task: 'transcribe', language: 'english', duration: 1.5, segments: [] };
  return jsonResponse(200, { ...(format === 'verbose_json' ? verbose : {}), text: TRANSCRIPT, usage });
}

const PLAIN: Readonly<Record<string, string>> = {
  text: `${TRANSCRIPT}\n`,
  srt: `1\n00:00:00,000 --> 00:00:01,500\n${TRANSCRIPT}\n\n`,
  vtt: `WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n${TRANSCRIPT}\n\n`,
};

/** An event with whatever else is in it. */
type MediaEvent = { readonly type: string } & JsonObject;

function events(list: readonly MediaEvent[], profile: Profile): SimResponse {
  function* steps() {
    for (const [index, event] of list.entries()) {
      const delay = index === 0 ? profile.first : profile.gap;
      for (const step of bodySteps(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`, 0, profile.split))
        yield { ...step, delay };
    }
  }
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
  return { status: 200, headers, headersAfter: 0, steps: steps(), ending: 'end' };
}
