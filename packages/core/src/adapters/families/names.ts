/** Forms of operations that are no wire format's own: what a row names in `families`. */
export const FAMILY_NAMES = [] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];
