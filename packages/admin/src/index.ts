export { ADMIN_ERRORS, AdminError, type AdminErrorCode } from './errors.ts';
export {
  EXPORT_FORMATS,
  EXPORT_TYPES,
  type ExportFormat,
  type ExportOptions,
  exportLedger,
} from './export/export-ledger.ts';
export type { FocusAccount } from './export/focus.ts';
export type { AdminContext, EntityChange } from './operations/context.ts';
export {
  type Allow,
  blockKey,
  deleteKey,
  expireKey,
  type Issued,
  issueKey,
  MOST_GRACE,
  type RotateOptions,
  rotateKey,
  unblockKey,
  updateKey,
} from './operations/keys.ts';
export { type Role, removeMember, setMember } from './operations/members.ts';
export type { PublicKey, PublicRecords, Shown } from './operations/public.ts';
export { type Reading, read } from './operations/read.ts';
export { createRecord, type DeleteOptions, deleteRecord, type NamedKind, updateRecord } from './operations/records.ts';
export type { Guard } from './operations/write.ts';
export type { Identity } from './router/access.ts';
export { type Admin, type AdminOptions, adminRouter } from './router/router.ts';
export { type Change, SCHEMAS, type Writable } from './schema/records.ts';
export { bearerSecret } from './secret.ts';
