import type { OperationSide } from '../adapter.ts';
import type { Operation } from '../format.ts';
import type { FamilyName } from './names.ts';

/** What providers serve besides chats in a form of their own, by the name that their rows give it. */
export const FAMILIES: Readonly<Record<FamilyName, { readonly [Name in Operation]?: OperationSide }>> = {};
