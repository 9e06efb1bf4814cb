import type { ServerResponse } from 'node:http';

/** Has all of the response been handed to the operating system? A response of HTTP/2 only knows whether it was ended. */
export function isFinished(response: ServerResponse): boolean {
  const { writableFinished }: { readonly writableFinished?: boolean } = response;
  return writableFinished ?? response.writableEnded;
}
