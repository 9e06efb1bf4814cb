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
 */
export function multipartSource(parts: readonly FormPart[], boundary: string): ByteSource {
  const heads = parts.map((part, at) => encoder.encode(`${at === 0 ? '' : '\r\n'}--${boundary}\r\n${headOf(part)}`));
  const close = encoder.encode(`${parts.length === 0 ? '' : '\r\n'}--${boundary}--\r\n`);
  const values = parts.map((part) => (isFormFile(part) ? part.source : encoder.encode(part.value)));
  async function* open(): AsyncGenerator<Uint8Array> {
    for (const [at, value] of values.entries()) {
      yield heads[at] ?? close;
      if (value instanceof Uint8Array) yield value;
      else yield* value.open();
    }
    yield close;
  }
  return { size: sizeOf([...heads, ...values, close]), open };
}

/** The content type of such a body. */
export const multipartType = (boundary: string): string => `multipart/form-data; boundary=${boundary}`;

function headOf(part: FormPart): string {
  const disposition = `content-disposition: form-data; name="${quoted(part.name)}"`;
  if (!isFormFile(part)) return `${disposition}\r\n\r\n`;
  const type = part.type !== undefined && TYPE.test(part.type) ? part.type : 'application/octet-stream';
  return `${disposition}; filename="${quoted(part.filename)}"\r\ncontent-type: ${type}\r\n\r\n`;
}

function sizeOf(pieces: readonly (Uint8Array | ByteSource)[]): number | undefined {
  let total = 0;
  for (const piece of pieces) {
    const size = piece instanceof Uint8Array ? piece.length : piece.size;
    if (size === undefined) return undefined;
    total += size;
  }
  return total;
}
