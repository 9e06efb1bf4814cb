import { judge } from './cases.ts';
import { vercelClient } from './vercel.ts';

judge('ai and @ai-sdk/openai-compatible', vercelClient);
