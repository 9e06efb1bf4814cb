/** What nobody but the operator and the provider may read. */

/** In the text of the fault `secret500`. */
export const SECRET = 'sk-SECRETKEY-0123456789abcdefghijklmnop';

/** The key that the gateway has for a deployment. */
export const keyOf = (label) => `key-of-${label}-7f3a91c05d`;
