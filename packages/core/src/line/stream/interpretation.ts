import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';

/** More broken frames than this, and the stream is not what it should be. One or two are withheld and counted. */
const TOO_MANY_BROKEN = 8;

/** What is known of a stream so far: the state that all interpreters share. */
export abstract class Interpretation {
  /** A frame carried data that could be read: a page, or an empty body, is cut into none that does. */
  said = false;
  /** Content, reasoning or a tool call has come: from now on there is no other attempt. */
  spoke = false;
  /** The answer is whole, though something may still follow: an upstream that ends from here on ends it well. */
  abstract readonly complete: boolean;
  /** The format's last event has come: nothing behind it belongs to the answer. */
  ended = false;
  /** The provider closes its connection now, or goes on at once. */
  closes = false;
  /** The provider said in the stream that it failed, or the stream is not one of its format. */
  fault: Fault | undefined;
  usage: Usage | undefined;
  /** The weight of text, reasoning and tool input so far: quarters of a token. */
  content = 0;
  /** How many frames were broken and withheld. */
  broken = 0;

  /** A frame that could not be read is withheld and counted. Throws what is not about the frame. */
  protected withhold(error: unknown): undefined {
    if (!(error instanceof SyntaxError)) throw error;
    this.broken++;
    if (this.broken > TOO_MANY_BROKEN)
      this.fault = { kind: 'invalid-response', message: 'The provider sent a stream that is not in its own format.' };
  }
}
