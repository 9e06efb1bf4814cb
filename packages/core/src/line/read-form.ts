import { RequestError } from '../kit/errors.ts';
import type { Body } from '../transport/body.ts';
import { FormBody } from '../transport/form-body.ts';
import { boundaryOf, MultipartReader } from '../transport/multipart.ts';
import { memorySpool } from '../transport/spool.ts';
import type { LineExchange } from './exchange.ts';
import { FormCollector } from './form-collector.ts';

/**
 * A form with files: the fields are read, the files wait in the platform's spool until each attempt sends them from there.
 * Throws RequestError, ClientGone, or why the request is over.
 */
export async function readForm(exchange: LineExchange): Promise<Body> {
  const { request, line } = exchange;
  const upload = request.upload?.();
  if (upload === undefined) throw new RequestError('unsupported_content_type', 'Forms are not taken here.');
  const reader = new MultipartReader(boundaryOf(request.header('content-type') ?? ''));
  const spool = line.platform.spool?.() ?? memorySpool();
  exchange.spool = spool;
  try {
    const collector = new FormCollector(spool, line.settings.form);
    for await (const bytes of upload) {
      exchange.goOn();
      for (const piece of reader.push(bytes)) {
        const writing = collector.take(piece);
        if (writing !== undefined) await writing;
      }
    }
    reader.end();
    return new FormBody(collector.parts, line.settings.body);
  } catch (error) {
    // Also where the request was settled meanwhile, and the spool with it.
    void spool.remove();
    throw error;
  }
}
