import { wrong } from './json.ts';

/** One event of a stream. */
export interface SseEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/** The events of a stream that came to its end: every one is closed by a blank line, and has data. Comments are skipped. */
export function sseEvents(stream: string): SseEvent[] {
  if (stream === '') wrong('stream', 'must not be empty');
  if (!/\r?\n\r?\n$/.test(stream)) wrong('stream', 'must end with a blank line', stream.slice(-80));
  return stream
    .split(/\r?\n\r?\n/)
    .filter((block) => block !== '')
    .flatMap((block, index) => sseEvent(block, `event ${index}`));
}

function sseEvent(block: string, at: string): SseEvent[] {
  const data: string[] = [];
  let event: string | undefined;
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith(':')) continue;
    const [, name, value] =
      /^(data|event|id|retry): ?(.*)$/s.exec(line) ?? wrong(at, 'has a line that is no field', line);
    if (name === 'data') data.push(value ?? '');
    else if (name === 'event') event = value;
  }
  return data.length === 0 ? [] : [{ event, data: data.join('\n') }];
}
