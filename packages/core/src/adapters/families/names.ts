/** Forms of operations that are no wire format's own: what a row names in `families`. */
export const FAMILY_NAMES = [
  'assemblyai',
  'black-forest-labs',
  'deepgram',
  'elevenlabs',
  'fal',
  'gemini-images',
  'gemini-speech',
  'runway',
  'stability',
] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];
