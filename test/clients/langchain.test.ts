import { judge } from './cases.ts';
import { langchainClient } from './langchain.ts';

judge('@langchain/openai', langchainClient);
