/** What a call of the proofs costs: a dollar for a million tokens of the prompt, ten for those of the answer. All sums here are whole nano-dollars. */
export const PRICES = { perMillionTokens: { input: '1', output: '10' } };

/** Tokens of the prompt that the upstream tells. Its bodies have about 150 bytes, which are reserved as 38 to 40 tokens. */
export const PROMPT = 10;
/** A client asks for so many times the tokens that come. */
export const ASKED = 4;

export const costOf = (output) => PROMPT * 1_000 + output * 10_000;
export const dollars = (nano) => `${Math.floor(nano / 1e9)}.${String(nano % 1e9).padStart(9, '0')}`;
