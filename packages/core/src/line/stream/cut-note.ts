/**
 * Why a stream is ended before its time, as a comment in front of its last events: readers skip a line that begins with a colon.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export const cutNote = (code: string): string => `: x-postern-ended: ${code}\n\n`;
