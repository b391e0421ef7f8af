import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import type { Cloud } from "../../src/index.ts";
import { clientEnvironment, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

/*
 * Deploy tools as they are: what they send, wait for and print is theirs, and nothing of them is told that there is no AWS.
 */

const run = promisify(execFile);
const ACCOUNT = "000000000000";

/** A folder of this test's, with files in it. */
function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-deploy-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What is there of an account, but for what the deploy tool has made for itself. */
async function left(cloud: Cloud, without: RegExp): Promise<string[]> {
  const answer = await fetch(`${cloud.url}/_squall/resources`);
  const { resources } = (await answer.json()) as { resources: { arn: string }[] };
  return resources.map(({ arn }) => arn).filter((arn) => !without.test(arn));
}

const JOBS = `
Parameters:
  Env: { Type: String, Default: dev, AllowedValues: [dev, prod] }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !If [IsProd, 60, 5]
Outputs:
  Url: { Value: !Sub "\${Jobs}?\${Env}" }
`;

test("aws cloudformation deploy makes, changes and leaves a stack as it is", needs("aws"), async (t) => {
  await using cloud = await testCloud();
  const cwd = folderOf(t, { "jobs.yaml": JOBS });
  const env = clientEnvironment(cloud, ACCOUNT);
  const aws = async (...args: string[]) =>
    (await run("aws", ["cloudformation", ...args], { env, cwd })).stdout;
  const deploy = ["deploy", "--stack-name", "jobs", "--template-file", "jobs.yaml"];
  assert.match(await aws(...deploy), /Successfully created\/updated stack - jobs/);
  const prod = [...deploy, "--parameter-overrides", "Env=prod"];
  assert.match(await aws(...prod), /Successfully created\/updated stack - jobs/);
  assert.match(
    await aws(...prod, "--no-fail-on-empty-changeset"),
    /No changes to deploy. Stack jobs is up to date/,
  );
  const described = ["describe-stacks", "--stack-name", "jobs", "--output", "text"];
  assert.match(await aws(...described, "--query", "Stacks[0].Outputs[0].OutputValue"), /\?prod\n$/);
  await aws("delete-stack", "--stack-name", "jobs");
  await aws("wait", "stack-delete-complete", "--stack-name", "jobs");
  assert.deepEqual(await left(cloud, /^$/), []);
});
