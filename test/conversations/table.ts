import type { Row } from './row.ts';
import { ENDINGS } from './rows/endings.ts';
import { MEDIA } from './rows/media.ts';
import { PROMPTS } from './rows/prompts.ts';
import { RESULTS } from './rows/results.ts';
import { SETTINGS } from './rows/settings.ts';
import { THINKING } from './rows/thinking.ts';
import { TOOLS } from './rows/tools.ts';

/** All conversations. */
export const TABLE: readonly Row[] = [...PROMPTS, ...MEDIA, ...TOOLS, ...RESULTS, ...SETTINGS, ...THINKING, ...ENDINGS];
