/** One conformance case: a sentence about behaviour, and a run that rejects when it does not hold. Any test runner can run it. */
export interface ConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}
