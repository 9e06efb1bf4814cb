import { judge } from './cases.ts';
import { responsesClient } from './openai-responses.ts';

judge('openai (responses)', responsesClient);
