import type { OperationSide } from '../adapter.ts';
import type { Operation } from '../format.ts';
import { ASSEMBLYAI } from './assemblyai.ts';
import { bedrockEmbeddings } from './bedrock-embeddings.ts';
import { BEDROCK_IMAGES } from './bedrock-images.ts';
import { BLACK_FOREST_LABS } from './black-forest-labs.ts';
import { DASHSCOPE } from './dashscope.ts';
import { DEEPGRAM } from './deepgram.ts';
import { ELEVENLABS } from './elevenlabs.ts';
import { FAL } from './fal.ts';
import { FOUNDRY_IMAGES } from './foundry-images.ts';
import { geminiEmbeddings } from './gemini-embeddings.ts';
import { GEMINI_IMAGES, VERTEX_IMAGES } from './gemini-images.ts';
import { GEMINI_SPEECH } from './gemini-speech.ts';
import { aimlImages, nebiusImages, siliconflowImages, togetherImages } from './host-images.ts';
import { huggingfaceEmbeddings } from './huggingface-embeddings.ts';
import { jinaEmbeddings } from './jina-embeddings.ts';
import { MINIMAX } from './minimax.ts';
import type { FamilyName } from './names.ts';
import { nomicEmbeddings } from './nomic-embeddings.ts';
import { nvidiaEmbeddings } from './nvidia-embeddings.ts';
import { POLLY } from './polly.ts';
import { RECRAFT } from './recraft.ts';
import { REPLICATE } from './replicate.ts';
import {
  bedrockRerank,
  dashscopeRerank,
  deepinfraRerank,
  foundryRerank,
  listRerank,
  nvidiaRerank,
  teiRerank,
  voyageRerank,
  watsonxRerank,
} from './rerank.ts';
import { RUNWAY } from './runway.ts';
import { STABILITY } from './stability.ts';
import { vertexEmbeddings } from './vertex-embeddings.ts';
import { voyageEmbeddings } from './voyage-embeddings.ts';
import { watsonxEmbeddings } from './watsonx-embeddings.ts';
import { watsonxTranscripts } from './watsonx-transcripts.ts';
import { XAI } from './xai.ts';

/** What providers serve besides chats in a form of their own, by the name that their rows give it. */
export const FAMILIES: Readonly<Record<FamilyName, { readonly [Name in Operation]?: OperationSide }>> = {
  'aiml-images': { images: aimlImages },
  assemblyai: ASSEMBLYAI,
  'bedrock-embeddings': { embeddings: bedrockEmbeddings },
  'bedrock-images': BEDROCK_IMAGES,
  'bedrock-rerank': { rerank: bedrockRerank },
  'black-forest-labs': BLACK_FOREST_LABS,
  dashscope: DASHSCOPE,
  'dashscope-rerank': { rerank: dashscopeRerank },
  deepgram: DEEPGRAM,
  'deepinfra-rerank': { rerank: deepinfraRerank },
  elevenlabs: ELEVENLABS,
  fal: FAL,
  'foundry-images': FOUNDRY_IMAGES,
  'foundry-rerank': { rerank: foundryRerank },
  'gemini-embeddings': { embeddings: geminiEmbeddings },
  'gemini-images': GEMINI_IMAGES,
  'gemini-speech': GEMINI_SPEECH,
  'huggingface-embeddings': { embeddings: huggingfaceEmbeddings },
  'jina-embeddings': { embeddings: jinaEmbeddings },
  minimax: MINIMAX,
  'nebius-images': { images: nebiusImages },
  'nomic-embeddings': { embeddings: nomicEmbeddings },
  'nvidia-embeddings': { embeddings: nvidiaEmbeddings },
  'nvidia-rerank': { rerank: nvidiaRerank },
  polly: POLLY,
  recraft: RECRAFT,
  replicate: REPLICATE,
  rerank: { rerank: listRerank },
  runway: RUNWAY,
  'siliconflow-images': { images: siliconflowImages },
  stability: STABILITY,
  'tei-rerank': { rerank: teiRerank },
  'together-images': { images: togetherImages },
  'vertex-embeddings': { embeddings: vertexEmbeddings },
  'vertex-images': VERTEX_IMAGES,
  voyage: { embeddings: voyageEmbeddings, rerank: voyageRerank },
  'watsonx-embeddings': { embeddings: watsonxEmbeddings },
  'watsonx-rerank': { rerank: watsonxRerank },
  'watsonx-transcripts': { transcriptions: watsonxTranscripts },
  xai: XAI,
};
