import type { Again, UpstreamCall } from '../../adapters/adapter.ts';
import type { Fault } from '../../chat/fault.ts';
import type { WireResponse } from '../../transport/dispatcher.ts';
import type { Answer } from '../answer.ts';
import type { Watch } from '../stream/watch.ts';

/** What is to be done at one target: the call, and how its answer is read. */
export interface Work {
  readonly call: UpstreamCall;
  /** The call opens a session: it is dialled, and `read` is not asked. */
  readonly opens?: true;
  /** Reads a good (2xx) answer, and that of the next call where it says again. `watch` is there for streams only. Throws what the transport throws. */
  read(response: WireResponse, watch: Watch | undefined): Promise<Answer | Fault | Again>;
  /** What a refusal (400 and above) means here, where it means something else than for a chat. */
  refused?(fault: Fault): Fault;
}
