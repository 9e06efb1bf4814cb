/** Forms of operations that are no wire format's own: what a row names in `families`. */
export type FamilyName = never;
