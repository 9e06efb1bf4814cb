/** Tokens that the sim counts for an image, a sound or a document in a prompt, whatever its size. */
export const MEDIA_TOKENS = 85;

/** Tokens that the sim counts for a message besides its content. */
export const MESSAGE_TOKENS = 4;
