import { EVENT_STREAM } from './event-stream.ts';

/** Reads the body of a response piece by piece. */
export interface Reading {
  /** All that came so far. */
  readonly text: string;
  /** Reads on until the text so far fulfils this, or ends; gives the text so far. */
  until(enough: (text: string) => boolean): Promise<string>;
  /** Reads to the end, however it ends. */
  rest(): Promise<string>;
}

/** Starts to read a response. A connection that breaks is an end like any other. */
export function reading(response: Response): Reading {
  const reader = response.body?.getReader();
  const binary = response.headers.get('content-type') === EVENT_STREAM;
  const decoder = new TextDecoder();
  let text = '';
  let over = reader === undefined;
  async function piece(): Promise<void> {
    try {
      const step = await reader?.read();
      over = step?.done !== false;
      text += binary
        ? Buffer.from(step?.value ?? []).toString('latin1')
        : decoder.decode(step?.value, { stream: !over });
    } catch {
      over = true;
    }
  }
  return {
    get text() {
      return text;
    },
    async until(enough) {
      while (!over && !enough(text)) await piece();
      return text;
    },
    async rest() {
      while (!over) await piece();
      return text;
    },
  };
}
