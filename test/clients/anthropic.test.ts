import { anthropicClient } from './anthropic.ts';
import { judge } from './cases.ts';

judge('@anthropic-ai/sdk', anthropicClient);
