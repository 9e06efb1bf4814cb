import { judge } from './cases.ts';
import { openaiClient } from './openai.ts';

judge('openai', openaiClient);
