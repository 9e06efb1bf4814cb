import type { Decoder } from '../adapters/adapter.ts';
import type { ChatEvent } from '../chat/events.ts';
import type { Fault } from '../chat/fault.ts';
import type { Usage } from '../chat/usage.ts';
import type { Frame } from '../transport/frame.ts';
import type { Interpreter } from './answer-stream.ts';
import { brokenFault, TOO_MANY_BROKEN } from './broken-frames.ts';

/** Does the event tell anything of the answer? A stream that has sent only others can still be tried elsewhere. */
function speaks(event: ChatEvent): boolean {
  if (event.type === 'part-start') return event.value.type !== 'text' && event.value.type !== 'reasoning';
  return event.type !== 'reply-start' && event.type !== 'usage' && event.type !== 'native' && event.type !== 'part-end';
}

/** Translation: frames become canonical events. */
export class EventInterpreter implements Interpreter<ChatEvent[]> {
  said = false;
  spoke = false;
  complete = false;
  fault: Fault | undefined;
  usage: Usage | undefined;
  content = 0;
  broken = 0;
  readonly #decoder: Decoder;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  push(frames: Iterable<Frame>): ChatEvent[] | undefined {
    const events: ChatEvent[] = [];
    for (const frame of frames) {
      if (this.complete) break;
      this.said ||= frame.data !== undefined;
      this.#decode(frame, events);
      if (this.fault !== undefined) break;
    }
    return events.length === 0 ? undefined : events;
  }

  end(): ChatEvent[] | undefined {
    if (this.complete) return undefined;
    const events: ChatEvent[] = [];
    this.#note(this.#decoder.end(), events);
    return events.length === 0 ? undefined : events;
  }

  fail(fault: Fault): ChatEvent[] {
    return [{ type: 'fault', fault }];
  }

  #decode(frame: Frame, events: ChatEvent[]): void {
    try {
      this.#note(this.#decoder.push(frame), events);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.broken++;
      if (this.broken > TOO_MANY_BROKEN) this.fault = brokenFault();
    }
  }

  #note(decoded: readonly ChatEvent[], events: ChatEvent[]): void {
    for (const event of decoded) {
      if (event.type === 'fault') {
        this.fault = event.fault;
        return;
      }
      if (event.type === 'usage') this.usage = event.usage;
      else if (event.type === 'reply-end') this.complete = true;
      else if (!this.spoke && speaks(event)) this.spoke = true;
      if ('text' in event) this.content += event.text.length;
      events.push(event);
    }
  }
}
