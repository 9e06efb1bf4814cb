import { type FormPart, isFormFile } from './body.ts';
import type { ByteSource } from './byte-source.ts';

const encoder = new TextEncoder();
const TYPE = /^[\w.+*-]+\/[\w.+*-]+(?:\s*;\s*[\w-]+=(?:[\w.+-]+|"[\w.+ -]*"))*$/;

/** In a quoted name: what would end it, or its line. Source: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
const ESCAPES: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' };
const quoted = (name: string): string => name.replaceAll(/["\r\n]/g, (letter) => ESCAPES[letter] ?? '');

/**
 * A form as the bytes of a multipart/form-data body. Its files are read as it is sent.
 *
 * @param boundary unguessable, so that no file holds it
 * @param more parts behind those, which are read once; the size is not known then
 */
export function multipartSource(
  parts: readonly FormPart[],
  boundary: string,
  more?: AsyncIterable<FormPart>,
): ByteSource {
  const close = encoder.encode(`--${boundary}--\r\n`);
  async function* open(): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield* partBytes(part, boundary);
    for await (const part of more ?? []) yield* partBytes(part, boundary);
    yield close;
  }
  if (more !== undefined) return { size: undefined, open, once: true };
  return { size: sizeOf(parts, boundary, close), open };
}

async function* partBytes(part: FormPart, boundary: string): AsyncGenerator<Uint8Array> {
  yield headBytes(part, boundary);
  if (isFormFile(part)) yield* part.source.open();
  else yield encoder.encode(part.value);
  yield LINE_END;
}

const LINE_END = encoder.encode('\r\n');
const headBytes = (part: FormPart, boundary: string): Uint8Array => encoder.encode(`--${boundary}\r\n${headOf(part)}`);

/** The content type of such a body. */
export const multipartType = (boundary: string): string => `multipart/form-data; boundary=${boundary}`;

function headOf(part: FormPart): string {
  const disposition = `content-disposition: form-data; name="${quoted(part.name)}"`;
  if (!isFormFile(part)) return `${disposition}\r\n\r\n`;
  const type = part.type !== undefined && TYPE.test(part.type) ? part.type : 'application/octet-stream';
  return `${disposition}; filename="${quoted(part.filename)}"\r\ncontent-type: ${type}\r\n\r\n`;
}

function sizeOf(parts: readonly FormPart[], boundary: string, close: Uint8Array): number | undefined {
  let total = close.length;
  for (const part of parts) {
    const size = isFormFile(part) ? part.source.size : encoder.encode(part.value).length;
    if (size === undefined) return undefined;
    total += headBytes(part, boundary).length + size + LINE_END.length;
  }
  return total;
}
