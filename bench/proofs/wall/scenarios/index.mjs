import { BREAKER } from './breaker.mjs';
import { BYTES } from './bytes.mjs';
import { CONTINUATION, HEDGING } from './continuation.mjs';
import { FAILOVER } from './failover.mjs';
import { LOOKED_INTO } from './looked-into.mjs';
import { MEDIA } from './media.mjs';
import { REFUSALS } from './refusals.mjs';
import { STREAMS } from './streams.mjs';
import { TIME } from './time.mjs';

/**
 * The wall, by theme. A row: `title`; `cases`, the names and numbers that it has among the cases of users; `ask`, what the client asks for (`client`, its format,
 * default openai-chat; `stream`; `tools`; `more` members; `headers`); `deployments` in the order in which they are asked, each with the format that it
 * `speaks`, further members of its `provider` and the fault that it `plays` (a list: one for each call), of the alias `m` unless it says another `alias`; `script`, the words of the simulated model; `sizes` of faults;
 * `timeouts`, `retries` and further members of the `alias`; `config` of the gateway; `store`, what ails it; `clock`, whether it stands; `leaves`, when the client does; and the state that is `declared`:
 *
 * - `{ answer: true }`: the whole answer of the model, as if nothing had been wrong
 * - `{ refused: code, status }`: a typed error before anything of an answer
 * - `{ broken: code }`: a part of the answer, then a typed error in the stream (`silent`: the part need not be text)
 * - `{ severed: code }`: a part of a file, and a connection that breaks, since nothing in a file could tell
 * - `{ gone: true }`: the client left, and the provider was told
 *
 * with `calls`, how many were made upstream (default 1), and `asked`, how many by deployment. `phases` are several of these, one after the other.
 */
export const SCENARIOS = {
  bytes: BYTES,
  streams: STREAMS,
  refusals: REFUSALS,
  time: TIME,
  media: MEDIA,
  failover: FAILOVER,
  breaker: BREAKER,
  continuation: CONTINUATION,
  hedging: HEDGING,
  'looked-into': LOOKED_INTO,
};
