import * as z from 'zod';
import { strict, text } from './schema-parts.ts';

const WRITE = 'true, or { instruct: true }';

/** Whether, and how, streams that broke are gone on with. */
export function continuation() {
  const told = z.union([z.literal(true), text('what the model is told')], {
    error: 'does not fit; write true, or what the model is told',
  });
  const parts = strict(
    {
      instruct: told.describe(
        'Ask models that take no beginning of their answer to go on; true: in words of the gateway.',
      ),
    },
    WRITE,
  );
  return {
    continuation: z
      .union([z.boolean(), parts], { error: `does not fit; write ${WRITE}` })
      .optional()
      .describe('Streams of plain text that break are gone on with by another attempt. Default false.'),
  };
}
