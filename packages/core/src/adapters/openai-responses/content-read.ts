import type { FilePart, ImagePart, MediaSource, Part, PartBase } from '../../chat/parts.ts';
import { audioType, refuse } from '../openai-chat/parse-content.ts';
import { parseDataUri, sourceOfUrl } from '../shared/data-uri.ts';
import { array, type Json, put, record, string, text } from '../shared/read.ts';
import { nativePart, readSaid } from './items-read.ts';
import { native, rest } from './wire.ts';

const IMAGE: ReadonlySet<string> = new Set(['type', 'image_url', 'file_id', 'detail']);
const FILE: ReadonlySet<string> = new Set(['type', 'file_data', 'file_id', 'file_url', 'filename']);

/** A cache point that the client placed stays its own, and is one for others. Source: https://platform.openai.com/docs/guides/prompt-caching */
function keeping<Kept extends Part>(part: Kept, entry: Json, known: ReadonlySet<string>): Kept {
  if (record(entry.prompt_cache_breakpoint) !== undefined) put<PartBase, 'cache'>(part, 'cache', {});
  put<PartBase, 'native'>(part, 'native', native(rest(entry, known)));
  return part;
}

function image(entry: Json, at: string): ImagePart {
  const url = text(entry.image_url) ?? text(record(entry.image_url)?.url);
  const fileId = text(entry.file_id);
  const source: MediaSource =
    url !== undefined
      ? sourceOfUrl(url, 'image/png')
      : { kind: 'file', fileId: fileId ?? refuse(`${at}.image_url`, 'must be a URL') };
  const part: ImagePart = { type: 'image', source };
  put(part, 'detail', text(entry.detail));
  return keeping(part, entry, IMAGE);
}

function fileSource(entry: Json, at: string): MediaSource {
  const fileId = text(entry.file_id);
  if (fileId !== undefined) return { kind: 'file', fileId };
  const url = text(entry.file_url);
  if (url !== undefined) return { kind: 'url', url };
  const data =
    text(entry.file_data) ?? refuse(`${at}.file_data`, 'must be base64, or the part name file_id or file_url');
  const inline = parseDataUri(data);
  return {
    kind: 'base64',
    data: inline?.data ?? data,
    mediaType: inline?.mediaType || typeOfName(text(entry.filename)),
  };
}

const typeOfName = (name: string | undefined): string =>
  name !== undefined && /\.(txt|md|csv)$/i.test(name) ? 'text/plain' : 'application/pdf';

function file(entry: Json, at: string): FilePart {
  const part: FilePart = { type: 'file', source: fileSource(entry, at) };
  put(part, 'name', text(entry.filename));
  return keeping(part, entry, FILE);
}

function audio(entry: Json, at: string): Part {
  const input = record(entry.input_audio);
  const data = text(input?.data) ?? refuse(`${at}.input_audio.data`, 'must be base64');
  const mediaType = audioType(text(input?.format) ?? 'wav');
  return {
    type: 'audio',
    source: { kind: 'base64', data, mediaType },
    ...{ native: native({ type: 'input_audio' }) ?? {} },
  };
}

/** One entry of a content list; `at` is its path. A type that has no name here is kept whole. Throws RequestError. */
function entryPart(value: unknown, at: string): Part {
  const entry = record(value) ?? refuse(at, 'must be an object');
  const type = text(entry.type) ?? refuse(`${at}.type`, 'must be the type of a part');
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'reasoning_text': {
      if (string(entry.text) === undefined) refuse(`${at}.text`, 'must be a string');
      const part = readSaid(entry);
      return record(entry.prompt_cache_breakpoint) === undefined
        ? part
        : keeping(part, entry, new Set(['type', 'text', 'annotations', 'logprobs']));
    }
    case 'refusal':
      if (string(entry.refusal) === undefined) refuse(`${at}.refusal`, 'must be a string');
      return readSaid(entry);
    case 'input_image':
      return image(entry, at);
    case 'input_file':
      return file(entry, at);
    case 'input_audio':
      return audio(entry, at);
    default:
      return nativePart(entry);
  }
}

/** The `content` of a message, or the `output` of a call: a string or a list of parts. Throws RequestError for anything else. */
export function readContent(content: unknown, at: string): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const list = array(content) ?? refuse(at, 'must be a string or a list of parts');
  return list.map((entry, index) => entryPart(entry, `${at}.${index}`));
}
