// vitest.config.ts: `test: { reporters: ["default", "squall/vitest/reporter"] }`: at the end, what SDKs made of the failures that they
// met in each test.
export default class SquallReporter {
  onTestRunEnd(modules) {
    const told = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => ({
        name: `${test.module.relativeModuleId} > ${test.fullName}`,
        story: test.meta().squall,
      }))
      .filter(({ story }) => story);
    if (told.length === 0) return;
    console.log("\n squall: calls that failed or were tried again");
    for (const { name, story } of told) console.log(`   ${name}  ${story}`);
  }
}
