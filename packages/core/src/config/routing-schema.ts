import * as z from 'zod';
import { oneOf, strict, text } from './schema-parts.ts';
import { STICKY_BY, STRATEGY_NAMES, WEIGHTED_BY } from './strategy-names.ts';

const WRITE = "a name such as 'fastest', or { name: 'sticky', by: 'session' }";

/** How one of several deployments is picked. That a name is one of a strategy is checked where those of the host are known. */
export function strategy() {
  const parts = strict(
    {
      name: oneOf(['weighted', 'sticky']).describe('Which strategy goes by something.'),
      by: oneOf([...WEIGHTED_BY, ...STICKY_BY])
        .optional()
        .describe('weighted: rpm or tpm. sticky: session (default), caller or prompt.'),
      otherwise: text(WRITE).optional().describe('sticky: for requests with nothing to stick by. Default weighted.'),
    },
    WRITE,
  );
  return z
    .union([text(WRITE), parts], { error: `does not fit; write ${WRITE}` })
    .describe(
      `How one of several deployments is picked, within one order: ${STRATEGY_NAMES.join(', ')}, or one of the host's. Default weighted.`,
    );
}
