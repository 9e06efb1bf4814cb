import type { Frame } from './frame.ts';

/** How events become bytes: server-sent events, lines, Gemini's JSON array, or Amazon's messages. */
export interface Framing {
  readonly contentType: string;
  /** The text or bytes of one event; `index` counts the events of this stream. */
  frame(frame: Frame, index: number): string | Uint8Array;
  /** What stands at the end of a stream that ends properly. */
  end(count: number): string;
}

/**
 * Server-sent events after https://html.spec.whatwg.org/multipage/server-sent-events.html: a line end is LF, CR or CRLF,
 * a line that starts with a colon is a comment, `id` and `retry` are fields that no client of an LLM needs.
 * `noisy` writes all of these (the fault `crlf`).
 */
export function serverSentEvents(contentType: string, lineEnd: '\n' | '\r\n', noisy: boolean): Framing {
  const end = noisy ? '\r\n' : lineEnd;
  return {
    contentType,
    frame(frame, index) {
      const noise = noisy ? `: keep-alive${end}${index === 0 ? `retry: 3000${end}` : ''}id: ${index}${end}` : '';
      const name = frame.event === undefined ? '' : `event: ${frame.event}${end}`;
      return `${noise}${name}data: ${frame.data}${end}${end}`;
    },
    end: () => '',
  };
}

/** Newline-delimited JSON. `noisy` ends lines with CRLF and puts blank ones between them. Source: https://docs.ollama.com/api/streaming */
export function ndjson(noisy: boolean): Framing {
  const end = noisy ? '\r\n' : '\n';
  return {
    contentType: 'application/x-ndjson',
    frame: (frame, index) => (noisy && index > 0 ? end : '') + frame.data + end,
    end: () => '',
  };
}

/**
 * Gemini without `alt=sse`: one JSON array, an element per chunk, written as the chunks come.
 * Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent («a stream of GenerateContentResponse instances»).
 */
export function jsonArray(): Framing {
  return {
    contentType: 'application/json; charset=UTF-8',
    frame: (frame, index) => (index === 0 ? `[${frame.data}` : `\n,\r\n${frame.data}`),
    end: (count) => (count === 0 ? '[]' : '\n]'),
  };
}
