/** How the chunks of a stream are framed for a client. */
export interface Framing {
  readonly contentType: string;
  /** One chunk, given as JSON text. */
  frame(json: string): string;
  /** What closes a stream; also after an in-band error, so that what was sent can be read. */
  close(): string;
}

/** Server-sent events, with the line ends that the API uses. */
export function sseFraming(): Framing {
  return { contentType: 'text/event-stream', frame: (json) => `data: ${json}\r\n\r\n`, close: () => '' };
}

/** One JSON array, sent piece by piece: what the API sends without `alt=sse`. */
export function arrayFraming(): Framing {
  let begun = false;
  const lead = (): string => {
    if (begun) return '\n,\r\n';
    begun = true;
    return '[';
  };
  return {
    contentType: 'application/json; charset=UTF-8',
    frame: (json) => lead() + json,
    close: () => (begun ? '\n]' : '[]'),
  };
}
