import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { DEAF_COMMANDS } from "../../src/cli/aws-cli-v1.ts";
import { testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "squall-aws-"));
after(() => rmSync(folder, { recursive: true }));
const cli = new URL("../../src/cli/main.ts", import.meta.url).pathname;

/** What `squall env` says beside the variables, where the `aws` on the PATH is of a version. */
async function warnedOf(version: string, url: string): Promise<string> {
  writeFileSync(join(folder, "aws"), `#!/bin/sh\necho "aws-cli/${version} Python/3.11.7"\n`, { mode: 0o755 });
  const env = { PATH: `${folder}${delimiter}${process.env["PATH"]}`, HOME: folder };
  const args = [cli, "env", "--url", url];
  const { stdout, stderr } = await run(process.execPath, args, { env, timeout: 60_000 });
  assert.match(stdout, /^export /m);
  return stderr;
}

test("squall env warns where the AWS CLI is one that asks AWS itself for some services", async () => {
  await using cloud = await testCloud();
  const warning = await warnedOf("1.45.11", cloud.url);
  assert.match(
    warning,
    /^squall: the AWS CLI on this PATH is 1\.45\.11: for docdb, emr, .*, sqs it does not heed/,
  );
  assert.match(warning, /--endpoint-url "\$AWS_ENDPOINT_URL"/);
  assert.equal(await warnedOf("2.31.0", cloud.url), "");
});

const TABLE =
  "from awscli.customizations.overridesslcommonname import SSL_COMMON_NAMES as t; print(*sorted(t))";

test("version 1 of the AWS CLI goes its own way for just these services", needs("aws"), async (t) => {
  const { stdout, stderr } = await run("aws", ["--version"], { timeout: 60_000 });
  if (!/aws-cli\/1/.test(stdout + stderr))
    return t.skip("the AWS CLI here is version 2, which has no such table");
  const own = await run("python3", ["-c", TABLE], { timeout: 60_000 }).catch(() => undefined);
  if (own === undefined) return t.skip("the AWS CLI here is not python3's own");
  assert.deepEqual(own.stdout.trim().split(" "), DEAF_COMMANDS);
});
