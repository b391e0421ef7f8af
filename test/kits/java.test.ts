import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../needs.ts";
import { copyOf, takesOneThatRuns, tool, withFaultyConfig } from "./kit.ts";

test(
  "Java: the AWS SDK meets faults under JUnit 5, and in a container class without Docker",
  needs("mvn", "javac"),
  async (t) => {
    const kit = copyOf("kits/java", t);
    withFaultyConfig(kit);
    const said = await tool(kit, ["mvn", "-B", "-ntp", "test"]);
    assert.match(said, /Tests run: \d+, Failures: 0, Errors: 0, Skipped: 0/);
    assert.doesNotMatch(said, /\[WARNING\] .*\.java/);
    const once = [
      "mvn",
      "-B",
      "-ntp",
      "-o",
      "-q",
      "surefire:test",
      "-Dtest=SquallExtensionTest#theSdkRetries*",
    ];
    await takesOneThatRuns((SQUALL_URL) => tool(kit, once, { SQUALL_URL }));
  },
);
