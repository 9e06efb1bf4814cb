import type { Row } from './row.ts';
import { cohereSays } from './rows/cohere.ts';
import { ENDINGS } from './rows/endings.ts';
import { MEDIA } from './rows/media.ts';
import { PROMPTS } from './rows/prompts.ts';
import { RESULTS } from './rows/results.ts';
import { SETTINGS } from './rows/settings.ts';
import { THINKING } from './rows/thinking.ts';
import { TOOLS } from './rows/tools.ts';

const ROWS: readonly Row[] = [...PROMPTS, ...MEDIA, ...TOOLS, ...RESULTS, ...SETTINGS, ...THINKING, ...ENDINGS];

/** All conversations. */
export const TABLE: readonly Row[] = ROWS.map((row) => ({ ...row, says: { ...row.says, ...cohereSays(row.name) } }));
