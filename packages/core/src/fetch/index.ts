/** What a mount on Fetch's `Request` and `Response` stands on. */
export type { FetchPlatformOptions } from './platform.ts';
export { fetchPlatform } from './platform.ts';
export { requestOf } from './request.ts';
export type { ResponseOptions } from './response.ts';
export { responseOf } from './response.ts';
