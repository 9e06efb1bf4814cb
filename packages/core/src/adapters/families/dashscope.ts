import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Again, Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { given, type Json, record, records, text } from '../shared/read.ts';
import { editSide, imageText, jsonWith, readEditRequest } from './edit-request.ts';
import { type ImageRequest, imageSide, imagesResult, readImageRequest } from './image-request.ts';
import { inexpressible, mediaCall } from './media-call.ts';

/** The native API stands beside the row's baseUrl, which is that of chats. */
const API = '/api/v1';
/** Answers at once. Source: https://docs.qwencloud.com/api-reference/image-generation/wan-text-to-image-v2/synchronous */
const GENERATION = `${API}/services/aigc/multimodal-generation/generation`;
/** Answers with a task. Source: https://docs.qwencloud.com/api-reference/image-generation/wan-text-to-image-v2/create-task */
const SYNTHESIS = `${API}/services/aigc/text2image/image-synthesis`;
/** Models that are served as tasks only. Source: as before */
const TASKS = /^(?:wanx|wan2\.[0-5]-)/;

/** The vendor asks to wait 5 to 10 s between two questions. Source: https://docs.qwencloud.com/api-reference/image-generation/wan26-image-gen-edit/query-result */
const PAUSE = 5_000;

/** Images come by their address. Without a number some models make four. */
function parametersOf({ asked, size, format }: ImageRequest, target: Target): Json {
  if (asked.text('response_format') === 'b64_json') asked.drop('response_format');
  if (format !== undefined) asked.drop('output_format');
  return {
    n: asked.number('n') ?? 1,
    ...given('size', size && `${size.width}*${size.height}`),
    ...asked.options(target.provider),
  };
}

function render(body: Body, target: Target): UpstreamCall {
  const request = readImageRequest(body);
  const { asked, prompt } = request;
  const tasks = TASKS.test(target.model);
  const input = tasks ? { prompt } : { messages: [{ role: 'user', content: [{ text: prompt }] }] };
  const json = { model: target.model, input, parameters: parametersOf(request, target) };
  return mediaCall(target, tasks ? SYNTHESIS : GENERATION, {
    wholePath: true,
    headers: tasks ? { 'x-dashscope-async': 'enable' } : {},
    json,
    dropped: asked.dropped,
  });
}

/** Images stand in the message. Source: https://docs.qwencloud.com/api-reference/image-generation/wan26-image-gen-edit/synchronous */
function renderEdit(body: Body, target: Target): UpstreamCall {
  if (TASKS.test(target.model)) throw inexpressible('model', target.model, ['qwen-image-edit', 'wan2.6-image']);
  const request = readEditRequest(body);
  const json = { model: target.model, parameters: parametersOf(request, target) };
  const images = request.images.flatMap((image) => ['{"image":', ...imageText(image, 'data-uri'), '},']);
  const words = `{"text":${JSON.stringify(request.prompt)}}`;
  const input = ['{"messages":[{"role":"user","content":[', ...images, words, ']}]}'];
  return mediaCall(target, GENERATION, {
    wholePath: true,
    headers: { 'content-type': 'application/json' },
    body: jsonWith(json, [['input', input]]),
    dropped: request.asked.dropped,
  });
}

/** Sources: https://docs.qwencloud.com/api-reference/image-generation/qwen-text-to-image-task-query, …/wan26-image-gen-edit/query-result */
function parse(value: unknown, call: UpstreamCall, exchange: Exchange): OperationResult | Fault | Again {
  const body = record(value) ?? {};
  const output = record(body['output']) ?? {};
  const spoken = records(output['choices']).flatMap(({ message }) => records(record(message)?.['content']));
  const urls = [
    ...records(output['results']).flatMap(({ url }) => text(url) ?? []),
    ...spoken.flatMap(({ image }) => text(image) ?? []),
  ];
  if (urls.length > 0)
    return imagesResult(
      urls.map((url) => ({ url })),
      exchange,
    );
  const [id, status] = [text(output['task_id']), text(output['task_status'])];
  if (id === undefined || (status !== 'PENDING' && status !== 'RUNNING')) return failed(body, output);
  const question = mediaCall(call.target, `${API}/tasks/${encodeURIComponent(id)}`, { method: 'GET', wholePath: true });
  return { again: question, afterMs: PAUSE };
}

/** A task that failed says so in `output`, one of its images in `results`. Source: https://www.alibabacloud.com/help/en/model-studio/error-code */
function failed(body: Json, output: Json): Fault {
  const told = [output, ...records(output['results']), body].find(({ message }) => text(message) !== undefined);
  const code = text(told?.['code']);
  const message = text(told?.['message']);
  if (message === undefined && text(output['task_status']) === undefined)
    return { kind: 'invalid-response', message: 'The provider answered without an image.' };
  return {
    kind: code !== undefined && /DataInspection/i.test(code) ? 'content-filter' : 'unavailable',
    message: message ?? 'The provider could not make the image.',
    ...given('code', code),
  };
}

/** Alibaba Cloud's own API: images, at once or by a task that is asked about until it is done. */
export const DASHSCOPE = {
  images: imageSide(render, parse),
  'image-edits': editSide(renderEdit, parse),
} as const satisfies Readonly<Record<string, OperationSide>>;
