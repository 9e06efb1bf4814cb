import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as the provider saw it. */
export interface KeptCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A provider that keeps files, vector stores, batches and threads, in memory. */
export interface Keeper {
  /** Base URL with the version. */
  readonly url: string;
  readonly calls: readonly KeptCall[];
  /** Answers the next call instead. */
  instead(answer: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

type Item = Readonly<Record<string, unknown>>;

const FILE = { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' };

const PREFIXES: Readonly<Record<string, string>> = {
  files: 'file-',
  batches: 'batch_',
  vector_stores: 'vs_',
  threads: 'thread_',
  assistants: 'asst_',
  uploads: 'upload_',
  videos: 'video_',
};

/**
 * Serves what the tests of resources need, by hand after https://platform.openai.com/docs/api-reference (files, batches, vector-stores, assistants):
 * objects with ids, lists with `after`, `limit` and `has_more` in the order of making, deletion, content, and its 404.
 */
export async function serveKeeper(): Promise<Keeper> {
  const kept = new Map<string, Map<string, Item>>(Object.keys(PREFIXES).map((name) => [name, new Map()]));
  const calls: KeptCall[] = [];
  const instead: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
  let made = 0;

  const server = createServer((request, response) => {
    const other = instead.shift();
    if (other === undefined) void serve(request, response);
    else other(request, response);
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(pieces);
    calls.push({ method, path: url, headers, body });
    const [status, answer] = answered(method, new URL(url, 'http://x'), body);
    const isFile = answer instanceof Uint8Array;
    response.writeHead(status, isFile ? FILE : { 'content-type': 'application/json' });
    response.end(isFile ? answer : JSON.stringify(answer));
  }

  function answered(method: string, { pathname, searchParams }: URL, body: Buffer): [number, Item | Uint8Array] {
    const [, , name = '', id, below] = pathname.split('/');
    const all = kept.get(name);
    if (all === undefined) return [404, failure(`Invalid URL (${method} ${pathname})`)];
    if (id === undefined) return [200, method === 'POST' ? make(name, all, body) : list(all, searchParams)];
    if (name === 'threads' && id === 'runs') {
      const thread = make(name, all, Buffer.alloc(0));
      return [200, { id: `run_${thread['id']}`, object: 'thread.run', thread_id: thread['id'] }];
    }
    const item = all.get(id);
    if (item === undefined) return [404, failure(`No such object: ${id}`)];
    if (below === 'content') return [200, new Uint8Array([0, 255, 1, 254])];
    if (method !== 'DELETE') return [200, item];
    all.delete(id);
    return [200, { id, object: `${name}.deleted`, deleted: true }];
  }

  function make(name: string, all: Map<string, Item>, body: Buffer): Item {
    made++;
    const id = `${PREFIXES[name]}${made}`;
    const outputs = name === 'batches' ? { output_file_id: output(), error_file_id: null } : {};
    const item = { id, object: name, bytes: body.length, ...outputs };
    all.set(id, item);
    return item;
  }

  function output(): string {
    const id = `file-out${made}`;
    kept.get('files')?.set(id, { id, object: 'file' });
    return id;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    instead: (answer) => void instead.push(answer),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function list(all: Map<string, Item>, query: URLSearchParams): Item {
  const items = [...all.values()];
  const after = query.get('after');
  const from = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  const page = items.slice(from, from + Number(query.get('limit') ?? 20));
  const has_more = from + page.length < items.length;
  return {
    object: 'list',
    data: page,
    first_id: page[0]?.['id'] ?? null,
    last_id: page.at(-1)?.['id'] ?? null,
    has_more,
  };
}

const failure = (message: string): Item => ({
  error: { message, type: 'invalid_request_error', param: null, code: null },
});
