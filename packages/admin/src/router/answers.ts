import type { EntityKind } from '@postern/core';
import * as z from 'zod';
import type { Shown } from '../operations/public.ts';
import { SCHEMAS } from '../schema/records.ts';

/** An entity as JSON: its record, with its id and etag. */
export const asJson = ({ id, etag, record }: Shown): Record<string, unknown> => ({ id, etag, ...record });

const made = { id: z.string(), etag: z.string().optional(), createdAt: z.int() };
const previous = z.looseObject({ until: z.int() }).optional();

/** What answers look like, for the OpenAPI document. */
export function entity(kind: EntityKind) {
  const shape = SCHEMAS[kind].shape as z.ZodRawShape;
  return z.looseObject({ ...shape, ...made, ...(kind === 'key' ? { previous } : {}) });
}

export const issued = () =>
  z.looseObject({ ...entity('key').shape, key: z.string().describe('The key itself, told this once.') });

export const listOf = (item: z.ZodType) =>
  z.looseObject({ data: z.array(item), next: z.string().optional().describe('The cursor of the next page.') });
