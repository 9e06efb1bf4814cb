import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { readUsage } from '../gemini/usage.ts';
import { given, record, records, text } from '../shared/read.ts';
import { editSide, imageFile, imageText, jsonWith, readEditRequest } from './edit-request.ts';
import { type ImageRequest, imageSide, imagesResult, ratioOf, readImageRequest } from './image-request.ts';
import { inexpressible, mediaCall } from './media-call.ts';

/** Source: https://ai.google.dev/gemini-api/docs/imagen#imagen-configuration */
const RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9'];

/** Imagen's models predict; the others answer a conversation with images, and with words where they are not asked for images alone. */
function render(body: Body, target: Target, modalities: readonly string[]): UpstreamCall {
  const request = readImageRequest(body);
  const { asked, prompt } = request;
  const n = asked.number('n');
  const known = ratioFor(request);
  const imagen = target.model.startsWith('imagen');
  if (!imagen && n !== undefined && n !== 1) asked.drop('n');
  const options = asked.options(target.provider);
  const json = imagen ? predicted(prompt, n, known, options) : generated(prompt, known, modalities, options);
  const path = `/models/${encodeURIComponent(target.model)}:${imagen ? 'predict' : 'generateContent'}`;
  return mediaCall(target, path, { json, dropped: asked.dropped });
}

/** The shape that is asked for, where it is known; what else can't be expressed is dropped. */
function ratioFor({ asked, size, format }: ImageRequest): string | undefined {
  if (asked.text('response_format') === 'url') asked.drop('response_format');
  if (format !== undefined) asked.drop('output_format');
  const ratio = size === undefined ? undefined : ratioOf(size);
  if (ratio === undefined || RATIOS.includes(ratio)) return ratio;
  asked.drop('size');
  return undefined;
}

/** The images stand beside the prompt, as bytes. Source: https://ai.google.dev/gemini-api/docs/image-generation#image_generation_text_and_image_to_image */
function renderEdit(body: Body, target: Target, modalities: readonly string[]): UpstreamCall {
  if (target.model.startsWith('imagen')) throw inexpressible('model', target.model, ['models that answer with images']);
  const request = readEditRequest(body);
  const { asked, prompt, images } = request;
  const n = asked.number('n');
  if (n !== undefined && n !== 1) asked.drop('n');
  const { generationConfig } = generated(prompt, ratioFor(request), modalities, asked.options(target.provider));
  const files = images.map(imageFile).flatMap((file) => {
    const head = `,{"inlineData":{"mimeType":${JSON.stringify(file.type ?? 'image/png')},"data":`;
    return [head, ...imageText(file, 'base64'), '}}'];
  });
  const contents = [`[{"role":"user","parts":[{"text":${JSON.stringify(prompt)}}`, ...files, ']}]'];
  return mediaCall(target, `/models/${encodeURIComponent(target.model)}:generateContent`, {
    headers: { 'content-type': 'application/json' },
    body: jsonWith({ generationConfig }, [['contents', contents]]),
    dropped: asked.dropped,
  });
}

/** Source: https://ai.google.dev/gemini-api/docs/imagen */
function predicted(prompt: string, n: number | undefined, ratio: string | undefined, options: object) {
  const parameters = { ...options, ...given('sampleCount', n), ...given('aspectRatio', ratio) };
  return { instances: [{ prompt }], parameters };
}

/** Source: https://ai.google.dev/gemini-api/docs/image-generation */
function generated(prompt: string, ratio: string | undefined, responseModalities: readonly string[], options: object) {
  const imageConfig = ratio === undefined ? {} : { imageConfig: { aspectRatio: ratio } };
  return {
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    generationConfig: { ...options, responseModalities, ...imageConfig },
  };
}

function parse(value: unknown, _: UpstreamCall, exchange: Exchange): OperationResult | Fault {
  const body = record(value) ?? {};
  const predictions = records(body['predictions']).flatMap(({ bytesBase64Encoded }) => text(bytesBase64Encoded) ?? []);
  const candidates = records(body['candidates']);
  const parts = candidates.flatMap((candidate) => records(record(candidate['content'])?.['parts']));
  const inline = parts.flatMap((part) => text(record(part['inlineData'])?.['data']) ?? []);
  const images = [...predictions, ...inline].map((b64_json) => ({ b64_json }));
  if (images.length === 0) return refused(body, candidates);
  const result = imagesResult(images, exchange);
  return { ...result, usage: { ...readUsage(body['usageMetadata']), ...result.usage } };
}

/** Without an image: the prompt was blocked, or what was made. Source: https://ai.google.dev/api/generate-content#FinishReason */
function refused(body: object, candidates: readonly object[]): Fault {
  const told = JSON.stringify([record((body as { promptFeedback?: unknown }).promptFeedback), candidates]);
  const filtered = /SAFETY|PROHIBITED|BLOCK|RECITATION|raiFilteredReason/.test(told);
  return filtered
    ? { kind: 'content-filter', message: 'The provider refused to make this image.' }
    : { kind: 'invalid-response', message: 'The provider answered without an image.' };
}

const side = (modalities: readonly string[]) => ({
  images: imageSide((body, target) => render(body, target, modalities), parse),
  'image-edits': editSide((body, target) => renderEdit(body, target, modalities), parse),
});

/** Images of Google's generateContent and predict. */
export const GEMINI_IMAGES = side(['IMAGE']) satisfies Readonly<Record<string, OperationSide>>;

/** The same on Vertex AI, where some models refuse to answer with images alone. Source: https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-generation */
export const VERTEX_IMAGES = side(['TEXT', 'IMAGE']) satisfies Readonly<Record<string, OperationSide>>;
