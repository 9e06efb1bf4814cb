import { type PolicyRequest, parseDuration, RequestError } from '@postern/core';
import { nanoUsd, tierIn } from './units.ts';
import type { Bounds } from './view.ts';

const DIGIT = /^[1-4]$/;
/** A plain number is milliseconds. */
const latency = (text: string): number | undefined => parseDuration(/^\d+$/.test(text) ? Number(text) : text);

const HEADERS: readonly (readonly [
  header: string,
  name: keyof Bounds,
  read: (text: string) => number | undefined,
  write: string,
])[] = [
  ['x-postern-max-cost', 'maxCost', nanoUsd, 'must be US dollars such as 0.01'],
  ['x-postern-max-latency', 'maxLatency', latency, 'must be a duration such as 3s or 500ms'],
  [
    'x-postern-min-tier',
    'minTier',
    (text) => tierIn(DIGIT.test(text) ? Number(text) : undefined),
    'must be 1, 2, 3 or 4',
  ],
];

/** What a request asks for by headers; undefined: nothing. Throws RequestError `invalid_request` for a header that can't be understood. */
export function boundsOf(request: Pick<PolicyRequest, 'header'>): Bounds | undefined {
  let bounds: { [name in keyof Bounds]?: number } | undefined;
  for (const [header, name, read, write] of HEADERS) {
    const text = request.header(header)?.trim();
    if (text === undefined) continue;
    const value = read(text);
    if (value === undefined) throw new RequestError('invalid_request', `${header} ${write}.`, { param: header });
    bounds = { ...bounds, [name]: value };
  }
  return bounds;
}
