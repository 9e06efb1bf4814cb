import { RequestError } from '../kit/errors.ts';

/** What a part of a form says of itself. */
export interface PartHead {
  readonly name: string;
  /** As it stood between its quotes; undefined: the part is a field and no file. */
  readonly filename: string | undefined;
  /** Lower case; undefined when the part says none. */
  readonly type: string | undefined;
}

const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;
const NAME = /;\s*name="((?:[^"\\]|\\.)*)"|;\s*name=([^\s";]+)/i;
const FILENAME = /;\s*filename="((?:[^"\\]|\\.)*)"|;\s*filename=([^\s";]*)/i;

/**
 * The lines before a part's content. Names are percent-encoded by browsers and escaped by others; what is looked up here needs neither, so they stay
 * as they are. `filename*` is not allowed in forms.
 * Source: https://www.rfc-editor.org/rfc/rfc7578#section-4.2
 *
 * @throws RequestError `invalid_request`
 */
export function readPartHead(text: string): PartHead {
  let disposition: string | undefined;
  let type: string | undefined;
  for (const line of text.split('\r\n')) {
    if (line === '') continue;
    const [, name = '', value = ''] = LINE.exec(line) ?? [];
    if (name.toLowerCase() === 'content-disposition') disposition = value;
    if (name.toLowerCase() === 'content-type') type = value.toLowerCase();
  }
  if (disposition === undefined || !/^form-data\s*;/i.test(disposition)) throw nameless();
  const name = NAME.exec(disposition);
  const filename = FILENAME.exec(disposition);
  const named = name?.[1] ?? name?.[2];
  if (named === undefined || named === '') throw nameless();
  return { name: named, filename: filename === null ? undefined : (filename[1] ?? filename[2] ?? ''), type };
}

const nameless = (): RequestError =>
  new RequestError('invalid_request', 'A part of the form has no name: each needs content-disposition: form-data.');
