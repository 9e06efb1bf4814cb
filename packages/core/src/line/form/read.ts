import type { Operation } from '../../adapters/format.ts';
import { RequestError } from '../../kit/errors.ts';
import { type Body, type FormPart, isFormFile } from '../../transport/body.ts';
import { DECISIVE_KEYS, spelledAs } from '../../transport/decisive-keys.ts';
import { FormBody } from '../../transport/form-body.ts';
import { boundaryOf, type FormPiece, MultipartReader } from '../../transport/multipart.ts';
import { memorySpool } from '../../transport/spool.ts';
import { defaultModel } from '../default-model.ts';
import type { LineExchange } from '../exchange.ts';
import { FormCollector } from './collector.ts';
import { readLive } from './live.ts';
import { toFirstFile } from './to-first-file.ts';

/**
 * A form with files: the fields are read, the files wait in the platform's spool until each attempt sends them from there. Where the query names the
 * model, or nothing does before the first file and the operation has a default, nothing has to wait: the form goes straight through from that file on,
 * and can't be tried again. Throws RequestError, ClientGone, or why the request is over.
 */
export async function readForm(exchange: LineExchange): Promise<Body> {
  const { request, line } = exchange;
  const upload = request.upload?.();
  if (upload === undefined) throw new RequestError('unsupported_content_type', 'Forms are not taken here.');
  const reader = new MultipartReader(boundaryOf(request.header('content-type') ?? ''));
  const model = request.query.get('model');
  const pieces = piecesOf(exchange, upload, reader);
  // With `strict` all fields must be known before anything is sent.
  if (line.settings.strict) return readSpooled(exchange, pieces, model);
  if (model !== null) return readThrough(exchange, pieces, pieces, model);
  const alias = defaultModel(exchange);
  if (alias === undefined || !takesLive(exchange, alias)) return readSpooled(exchange, pieces, model);
  const head = await toFirstFile(pieces);
  return head.names('model')
    ? readSpooled(exchange, head.all, null)
    : readThrough(exchange, pieces, head.all, alias, null);
}

/** Do all the places that the alias stands for take a form in OpenAI's own form? Any other has to know it whole before it can be told of it. */
function takesLive({ line, route }: LineExchange, alias: string): boolean {
  const operation = route.operation as Operation;
  const places = line.router.plan(alias, line.platform.random, undefined);
  return places.every(({ deployment }) => deployment.target.row.families?.[operation] === undefined);
}

async function* piecesOf(
  exchange: LineExchange,
  upload: AsyncIterable<Uint8Array>,
  reader: MultipartReader,
): AsyncGenerator<FormPiece, void, undefined> {
  for await (const bytes of upload) {
    exchange.goOn();
    yield* reader.push(bytes);
  }
  reader.end();
}

async function readSpooled(
  exchange: LineExchange,
  pieces: AsyncIterable<FormPiece>,
  model: string | null,
): Promise<Body> {
  const { platform, settings } = exchange.line;
  const spool = platform.spool?.() ?? memorySpool();
  exchange.upload = spool;
  try {
    const collector = new FormCollector(spool, settings.form);
    for await (const piece of pieces) {
      const writing = collector.take(piece);
      if (writing !== undefined) await writing;
    }
    return new FormBody([...named(model), ...collector.parts], settings.body);
  } catch (error) {
    // Also where the request was settled meanwhile, and the spool with it.
    void spool.remove();
    throw error;
  }
}

/**
 * What goes wrong while the form is sent on ends the request, whatever the provider makes of its half.
 * `upload`: what is closed with the request. `given`: where the client named the model; absent: the default.
 */
async function readThrough(
  exchange: LineExchange,
  upload: AsyncGenerator<FormPiece>,
  pieces: AsyncIterator<FormPiece>,
  model: string,
  given: string | null = model,
): Promise<Body> {
  const { settings } = exchange.line;
  exchange.upload = { remove: async () => void (await upload.return(undefined)) };
  const judge = (part: FormPart): void => (given === null ? judgeLate(part, model) : undefined);
  const { parts, more } = await readLive(pieces, settings.form, (reason) => exchange.cancel(reason), judge);
  return new FormBody([...named(given), ...parts], settings.body, more);
}

const LATE =
  "'model' stands behind a file, where the file was already sent to another one; name it before the file, or in the query.";

/** A field for the model behind the first file comes too late to be heeded; one in the query stands above it. */
function judgeLate(part: FormPart, model: string): void {
  const { name } = part;
  if (name !== 'model' && spelledAs(name, DECISIVE_KEYS) !== 'model') return;
  if (name === 'model' && !isFormFile(part) && part.value === model) return;
  throw new RequestError('duplicate_key', LATE, { param: 'model' });
}

const named = (model: string | null) => (model === null ? [] : [{ name: 'model', value: model }]);
