import type { OperationSide } from '../adapter.ts';
import type { Operation } from '../format.ts';
import { ASSEMBLYAI } from './assemblyai.ts';
import { BLACK_FOREST_LABS } from './black-forest-labs.ts';
import { DEEPGRAM } from './deepgram.ts';
import { ELEVENLABS } from './elevenlabs.ts';
import { FAL } from './fal.ts';
import { geminiEmbeddings } from './gemini-embeddings.ts';
import { GEMINI_IMAGES } from './gemini-images.ts';
import { GEMINI_SPEECH } from './gemini-speech.ts';
import { MINIMAX } from './minimax.ts';
import type { FamilyName } from './names.ts';
import { nomicEmbeddings } from './nomic-embeddings.ts';
import { deepinfraRerank, listRerank, nvidiaRerank, teiRerank, voyageRerank } from './rerank.ts';
import { RUNWAY } from './runway.ts';
import { STABILITY } from './stability.ts';
import { voyageEmbeddings } from './voyage-embeddings.ts';
import { XAI } from './xai.ts';

/** What providers serve besides chats in a form of their own, by the name that their rows give it. */
export const FAMILIES: Readonly<Record<FamilyName, { readonly [Name in Operation]?: OperationSide }>> = {
  assemblyai: ASSEMBLYAI,
  'black-forest-labs': BLACK_FOREST_LABS,
  deepgram: DEEPGRAM,
  'deepinfra-rerank': { rerank: deepinfraRerank },
  elevenlabs: ELEVENLABS,
  fal: FAL,
  'gemini-embeddings': { embeddings: geminiEmbeddings },
  'gemini-images': GEMINI_IMAGES,
  'gemini-speech': GEMINI_SPEECH,
  minimax: MINIMAX,
  'nomic-embeddings': { embeddings: nomicEmbeddings },
  'nvidia-rerank': { rerank: nvidiaRerank },
  rerank: { rerank: listRerank },
  runway: RUNWAY,
  stability: STABILITY,
  'tei-rerank': { rerank: teiRerank },
  voyage: { embeddings: voyageEmbeddings, rerank: voyageRerank },
  xai: XAI,
};
