/**
 * What is known of single models, as data: `@postern/core` goes by it where a model lacks what a request asks for, or answers at most so long. A package of
 * its own, since models change from week to week and the gateway does not: its update needs no other.
 */
export { DATE, TABLE } from './providers/table.ts';
