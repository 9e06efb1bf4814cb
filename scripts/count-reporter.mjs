/**
 * Writes what a test run amounted to as JSON into the file named by POSTERN_TEST_RESULT, for scripts/test.mjs.
 * Tests in a file that failed to load count as one failure, as do errors outside of any test.
 */
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.POSTERN_TEST_RESULT;
    if (!file) return;
    const result = { passed: 0, failed: unhandledErrors.length, skipped: 0, skippedNames: [], failedNames: [] };
    for (const error of unhandledErrors) result.failedNames.push(`unhandled error: ${error.message}`);
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        if (state === 'passed') result.passed += 1;
        else if (state === 'failed') {
          failedTests += 1;
          result.failedNames.push(name);
        } else {
          result.skipped += 1;
          result.skippedNames.push(note ? `${name} (${note})` : name);
        }
      }
      // A file that does not load, or a hook that throws, may leave no failed test behind.
      if (failedTests === 0 && module.state() === 'failed') {
        failedTests = 1;
        result.failedNames.push(`${module.relativeModuleId} (the file or one of its hooks failed)`);
      }
      result.failed += failedTests;
    }
    writeFileSync(file, JSON.stringify(result));
  }
}
