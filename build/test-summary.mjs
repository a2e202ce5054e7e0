// Adds up a test run from the runner's own report. Kept apart from running it, so that it can be tested to say "failed".

/** The suite that needs what cannot be installed everywhere: Electron's binary. */
const maySkipAlways = /(^|[\\/])test[\\/]e2e[\\/]electron\.test\.ts$/;

/**
 * @typedef {{ passed: number, failed: number, skipped: number, problems: string[] }} RunResult
 * @typedef {{ name: string, status: string, message?: string, assertionResults: { status: string, fullName: string }[] }} FileReport
 */

/**
 * @param {object} run
 * @param {unknown} run.report vitest's JSON report, or undefined where it wrote none
 * @param {number | null} run.exitCode the runner's own
 * @param {boolean} run.mayNotSkip
 * @returns {RunResult}
 */
export function countResults({ report, exitCode, mayNotSkip }) {
  /** @type {RunResult} */
  const result = { passed: 0, failed: 0, skipped: 0, problems: [] };
  const fail = (/** @type {string} */ problem) => {
    result.failed += 1;
    result.problems.push(problem);
  };
  const files = /** @type {{ testResults?: FileReport[] } | undefined} */ (report)?.testResults;
  if (files === undefined) {
    fail('failed: the runner wrote no report');
    return result;
  }
  for (const file of files) {
    let failedHere = 0;
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') result.passed += 1;
      else if (status === 'failed') failedHere += 1;
      else if (mayNotSkip && !maySkipAlways.test(file.name)) {
        fail(`failed: skipped with CI=true: ${file.name} > ${fullName}`);
      } else result.skipped += 1;
    }
    result.failed += failedHere;
    // A file that does not load, or a hook that throws, has no failed test to show for it.
    if (file.status === 'failed' && failedHere === 0) fail(`failed: ${file.name}: ${file.message ?? ''}`);
  }
  if (result.passed + result.failed === 0) fail('failed: no test ran');
  if (exitCode !== 0 && result.failed === 0) {
    fail(`failed: the runner ended with exit code ${exitCode ?? 'none'} though every test passed`);
  }
  return result;
}

/** @param {RunResult} result */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
