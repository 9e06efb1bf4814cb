import { RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import { FormBody } from '../../transport/form-body.ts';
import { boundaryOf, type FormPiece, MultipartReader } from '../../transport/multipart.ts';
import { memorySpool } from '../../transport/spool.ts';
import { defaultOf } from '../default-model.ts';
import type { LineExchange } from '../exchange.ts';
import { FormCollector } from './collector.ts';
import { judged } from './late.ts';
import { readLive } from './live.ts';

/**
 * A form with files: the fields are read, the files wait in the platform's spool until each attempt sends them from there. Where the query names the
 * model, or the operation has a default for that, nothing has to wait: the form goes straight through from its first file on, and can't be tried again.
 * Throws RequestError, ClientGone, or why the request is over.
 */
export async function readForm(exchange: LineExchange): Promise<Body> {
  const { request, line } = exchange;
  const upload = request.upload?.();
  if (upload === undefined) throw new RequestError('unsupported_content_type', 'Forms are not taken here.');
  const reader = new MultipartReader(boundaryOf(request.header('content-type') ?? ''));
  const model = request.query.get('model');
  const pieces = piecesOf(exchange, upload, reader);
  const collector = new FormCollector(line.settings.form);
  const goesStraight = model !== null || defaultOf(exchange)?.straight === true;
  // With `strict` all fields must be known before anything is sent.
  return goesStraight && !line.settings.strict
    ? readThrough(exchange, pieces, model, collector)
    : readSpooled(exchange, pieces, model, collector);
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
  collector: FormCollector,
): Promise<Body> {
  const { platform, settings } = exchange.line;
  const spool = platform.spool?.() ?? memorySpool();
  exchange.upload = spool;
  try {
    collector.spool = spool;
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
 * What goes wrong while the form is sent on ends the request, whatever the provider makes of its half. A model that is named in time, and not in the query,
 * decides like any other: its form waits.
 */
async function readThrough(
  exchange: LineExchange,
  pieces: AsyncGenerator<FormPiece>,
  model: string | null,
  collector: FormCollector,
): Promise<Body> {
  const { settings } = exchange.line;
  exchange.upload = { remove: async () => void (await pieces.return(undefined)) };
  const fail = (reason: unknown) => exchange.cancel(reason);
  const { parts, more } = await readLive(pieces, collector, fail);
  if (model === null && parts.some(({ name }) => name === 'model'))
    return readSpooled(exchange, pieces, model, collector);
  const late = more && judged(exchange, parts, more, model === null);
  return new FormBody([...named(model), ...parts], settings.body, late);
}

const named = (model: string | null) => (model === null ? [] : [{ name: 'model', value: model }]);
