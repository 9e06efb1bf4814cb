/** What a mount on node:http stands on. */

export { pathBelow } from '../kit/path-below.ts';
export { nodeClock } from './clock.ts';
export type { DispatcherOptions } from './dispatcher.ts';
export { nodeDispatcher } from './dispatcher.ts';
export { guardedFetchMedia } from './guarded-fetch.ts';
export type { GuardedFetchOptions } from './guarded-options.ts';
export type { InflateCaps } from './inflate.ts';
export { nodePlatform } from './platform.ts';
export type { ReplyOptions } from './reply.ts';
export { writeReply } from './reply.ts';
export { sendable, streamOf } from './reply-stream.ts';
export type { RequestOptions } from './request.ts';
export { requestOf } from './request.ts';
