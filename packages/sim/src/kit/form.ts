/** A file of a form, as the log keeps it. */
export interface SimFile {
  readonly filename: string;
  readonly type: string;
  readonly size: number;
  /** The bytes, one letter each. */
  readonly content: string;
}

/**
 * A multipart/form-data body, read all at once and without mercy: names in quotes, CRLF everywhere, nothing around the parts. Fields become texts, files
 * {@link SimFile}s, names that stand more than once lists. undefined when it is no such form.
 * Source: https://www.rfc-editor.org/rfc/rfc7578
 */
export function parseForm(bytes: Uint8Array, contentType: string): Record<string, unknown> | undefined {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const pieces = Buffer.from(bytes).toString('latin1').split(`--${boundary}`);
  if (pieces.length < 2 || pieces[0] !== '' || pieces.at(-1)?.trim() !== '--') return undefined;
  const fields: Record<string, unknown> = {};
  for (const piece of pieces.slice(1, -1)) {
    const [, head, content] = /^\r\n(.*?)\r\n\r\n(.*)\r\n$/s.exec(piece) ?? [];
    const name = /; name="([^"]*)"/.exec(head ?? '')?.[1];
    if (name === undefined || head === undefined || content === undefined) return undefined;
    const value = partOf(head, content);
    fields[name] = Object.hasOwn(fields, name) ? [fields[name], value].flat() : value;
  }
  return fields;
}

function partOf(head: string, content: string): string | SimFile {
  const filename = /; filename="([^"]*)"/.exec(head)?.[1];
  if (filename === undefined) return Buffer.from(content, 'latin1').toString();
  const type = /content-type: *([^\r\n]+)/i.exec(head)?.[1] ?? '';
  return { filename, type, size: content.length, content };
}
