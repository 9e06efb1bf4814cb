import type { OperationSide } from '../adapter.ts';
import type { Operation } from '../format.ts';
import { geminiEmbeddings } from './gemini-embeddings.ts';
import type { FamilyName } from './names.ts';
import { nomicEmbeddings } from './nomic-embeddings.ts';
import { listRerank, teiRerank, voyageRerank } from './rerank.ts';
import { voyageEmbeddings } from './voyage-embeddings.ts';

/** What providers serve besides chats in a form of their own, by the name that their rows give it. */
export const FAMILIES: Readonly<Record<FamilyName, { readonly [Name in Operation]?: OperationSide }>> = {
  'gemini-embeddings': { embeddings: geminiEmbeddings },
  'nomic-embeddings': { embeddings: nomicEmbeddings },
  rerank: { rerank: listRerank },
  'tei-rerank': { rerank: teiRerank },
  voyage: { embeddings: voyageEmbeddings, rerank: voyageRerank },
};
