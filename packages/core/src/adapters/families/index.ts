import type { OperationSide } from '../adapter.ts';
import type { Operation } from '../format.ts';
import { ASSEMBLYAI } from './assemblyai.ts';
import { BLACK_FOREST_LABS } from './black-forest-labs.ts';
import { DEEPGRAM } from './deepgram.ts';
import { ELEVENLABS } from './elevenlabs.ts';
import { FAL } from './fal.ts';
import { GEMINI_IMAGES } from './gemini-images.ts';
import { GEMINI_SPEECH } from './gemini-speech.ts';
import type { FamilyName } from './names.ts';
import { RUNWAY } from './runway.ts';
import { STABILITY } from './stability.ts';

/** What providers serve besides chats in a form of their own, by the name that their rows give it. */
export const FAMILIES: Readonly<Record<FamilyName, { readonly [Name in Operation]?: OperationSide }>> = {
  assemblyai: ASSEMBLYAI,
  'black-forest-labs': BLACK_FOREST_LABS,
  deepgram: DEEPGRAM,
  elevenlabs: ELEVENLABS,
  fal: FAL,
  'gemini-images': GEMINI_IMAGES,
  'gemini-speech': GEMINI_SPEECH,
  runway: RUNWAY,
  stability: STABILITY,
};
