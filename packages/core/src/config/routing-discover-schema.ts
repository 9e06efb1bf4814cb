import type * as z from 'zod';
import { duration, oneOf, strict, text, textLike } from './schema-parts.ts';

const WRITE = "{ discover: 'srv:_llm._tcp.example.test', model: 'provider/model' }";

/** The schema of deployments that are looked up. `each`: the members that may be said of each. */
export function discovery<Each extends z.ZodRawShape>(each: Each) {
  return strict(
    {
      ...each,
      discover: text('`srv:` and a name such as `srv:_llm._tcp.example.test`, or a name of `discover`').describe(
        'srv: and a name whose SRV records say where, or the name of a function of the host.',
      ),
      model: text('`provider/model`').optional().describe('provider/model. What a function finds may say its own.'),
      scheme: oneOf(['https', 'http']).optional().describe('Of addresses out of SRV records. Default https.'),
      path: textLike(/^\/[^?#\s]*$/, 'a path such as `/v1`')
        .optional()
        .describe("Path behind such an address. Default: that of the provider's baseUrl, else /v1."),
      every: duration().optional().describe('How long a list holds, at least a second. Default 30s.'),
    },
    WRITE,
  );
}
