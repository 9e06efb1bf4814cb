/** For tests of mounts, stores and hosts. Imports no test runner. */
export type { ConformanceCase } from './case.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { mountCases } from './mount-cases.ts';
export type { HostOptions, MountCase, MountUnderTest, RunningHost } from './mount-setting.ts';
export {
  type ScriptedCall,
  type ScriptedDispatcher,
  type ScriptedStream,
  scriptedDispatcher,
} from './scripted-dispatcher.ts';
export { storeCases } from './store-cases.ts';
export type { MakeStore } from './store-setting.ts';
