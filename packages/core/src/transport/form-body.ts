import { RequestError } from '../kit/errors.ts';
import { type FormFile, type FormPart, isFormFile } from './body.ts';
import { DECISIVE_KEYS, spelledAs } from './decisive-keys.ts';
import type { BodyLimits } from './gateway-request.ts';
import { ValueBody } from './value-body.ts';

/** The files of a form may be many times larger than its fields, which are read as a JSON object's members are. */
export class FormBody extends ValueBody {
  readonly form: readonly FormPart[];
  readonly more: AsyncIterable<FormPart> | undefined;
  readonly #files: ReadonlyMap<string, readonly FormFile[]>;

  /** Throws RequestError `duplicate_key` when a field that decisions rest on stands twice. */
  constructor(parts: readonly FormPart[], limits: BodyLimits, more?: AsyncIterable<FormPart>) {
    super(fieldsOf(parts), limits);
    this.form = parts;
    this.more = more;
    this.#files = filesOf(parts);
  }

  /** Bytes of the files; of the fields where there is no file. */
  override get size(): number {
    let files = 0;
    for (const part of this.form) if (isFormFile(part)) files += part.source.size ?? 0;
    return files === 0 ? super.size : files;
  }

  override has(key: string): boolean {
    return this.#files.has(key) || super.has(key);
  }

  /** A file, or a list of files of one name; else the text of a field, or a list of those. */
  override get(key: string): unknown {
    const files = this.#files.get(key);
    if (files === undefined) return super.get(key);
    return files.length === 1 ? files[0] : files;
  }

  override *keys(): Iterable<string> {
    yield* super.keys();
    yield* this.#files.keys();
  }
}

function filesOf(parts: readonly FormPart[]): Map<string, FormFile[]> {
  const files = new Map<string, FormFile[]>();
  for (const part of parts) {
    if (!isFormFile(part)) continue;
    const before = files.get(part.name);
    if (before === undefined) files.set(part.name, [part]);
    else before.push(part);
  }
  return files;
}

/** A file by the name of a field that decisions rest on would be that field for some parsers. */
function fieldsOf(parts: readonly FormPart[]): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const part of parts) {
    const { name } = part;
    const before = fields.get(name);
    const decisive = DECISIVE_KEYS.exact.has(name) || spelledAs(name, DECISIVE_KEYS) !== undefined;
    if (decisive && (isFormFile(part) || before !== undefined))
      throw new RequestError('duplicate_key', `'${name}' must stand in the form once, as a field.`, { param: name });
    if (!isFormFile(part)) fields.set(name, before === undefined ? part.value : [before, part.value].flat());
  }
  return Object.fromEntries(fields);
}
