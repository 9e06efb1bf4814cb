import { judge } from './cases.ts';
import { googleClient } from './google.ts';

judge('@google/genai', googleClient);
