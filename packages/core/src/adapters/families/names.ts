/** Forms of operations that are no wire format's own: what a row names in `families`. */
export type FamilyName =
  | 'assemblyai'
  | 'black-forest-labs'
  | 'deepgram'
  | 'elevenlabs'
  | 'fal'
  | 'gemini-images'
  | 'gemini-speech'
  | 'runway'
  | 'stability';
