/** Names every skipped test with its reason, which the default reporter buries. */
export default class SkipReporter {
  /** @param {ReadonlyArray<import('vitest/node').TestModule>} testModules */
  onTestRunEnd(testModules) {
    for (const testModule of testModules) {
      for (const testCase of testModule.children.allTests('skipped')) {
        const result = testCase.result();
        const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
        console.log(`skipped: ${testModule.relativeModuleId} > ${testCase.fullName}: ${reason}`);
      }
    }
  }
}
