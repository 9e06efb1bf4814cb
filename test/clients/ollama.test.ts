import { judge } from './cases.ts';
import { ollamaClient } from './ollama.ts';

judge('ollama', ollamaClient);
