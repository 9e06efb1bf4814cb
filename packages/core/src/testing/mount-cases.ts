import { leaveCases } from './mount-leave-cases.ts';
import { pathCases } from './mount-path-cases.ts';
import { refusalCases } from './mount-refusal-cases.ts';
import { requestCases } from './mount-request-cases.ts';
import type { MountCase } from './mount-setting.ts';
import { streamCases } from './mount-stream-cases.ts';

/**
 * What every mount must do, on every version of its host. Run each with the test runner of your choice:
 * `for (const { name, run } of mountCases) test(name, () => run(mount))`. Clients and hosts talk over real sockets.
 */
export const mountCases: readonly MountCase[] = [
  ...requestCases,
  ...pathCases,
  ...refusalCases,
  ...streamCases,
  ...leaveCases,
];
