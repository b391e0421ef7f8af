import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

test(
  "boto3 walks through every service: resources, waiters, paginators, modelled exceptions, retries",
  needs("boto3"),
  async () => {
    await using cloud = await testCloud();
    const program = fileURLToPath(new URL("boto3_walk.py", import.meta.url));
    const { stdout, stderr } = await promisify(execFile)("python3", [program], {
      env: clientEnvironment(cloud, newAccount()),
    });
    assert.equal(stdout.trim(), "fine", stderr);
  },
);
