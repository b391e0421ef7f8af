import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../needs.ts";
import { copyOf, tool } from "./kit.ts";

test(
  "Java: the AWS SDK meets faults under JUnit 5, and in a container class without Docker",
  needs("mvn", "javac"),
  async (t) => {
    const said = await tool(copyOf("kits/java", t), ["mvn", "-B", "-ntp", "test"]);
    assert.match(said, /Tests run: \d+, Failures: 0, Errors: 0, Skipped: 0/);
    assert.doesNotMatch(said, /\[WARNING\] .*\.java/);
  },
);
