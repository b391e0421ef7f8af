import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

test(
  "boto3 makes roles, policies, users and sessions, with its paginators and waiters",
  needs("boto3"),
  async () => {
    await using cloud = await testCloud();
    const program = fileURLToPath(new URL("iam-clients.py", import.meta.url));
    const { stdout } = await run("python3", [program], { env: clientEnvironment(cloud, newAccount()) });
    assert.equal(stdout.trim(), "fine");
  },
);

test("The AWS CLI says who it is, and reads what it made", needs("aws"), async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const env = clientEnvironment(cloud, account);
  const aws = async (...words: string[]) => {
    const { stdout } = await run("aws", [...words, "--output=json"], { env });
    return stdout === "" ? undefined : JSON.parse(stdout);
  };
  assert.deepEqual(await aws("sts", "get-caller-identity"), {
    UserId: account,
    Account: account,
    Arn: `arn:aws:iam::${account}:root`,
  });
  const trust = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  };
  await aws(
    "iam",
    "create-role",
    "--role-name=cli",
    `--assume-role-policy-document=${JSON.stringify(trust)}`,
  );
  const { Role } = await aws("iam", "get-role", "--role-name=cli");
  assert.deepEqual(Role.AssumeRolePolicyDocument, trust);
  await assert.rejects(aws("iam", "get-user", "--user-name=none"), {
    stderr:
      /An error occurred \(NoSuchEntity\) when calling the GetUser operation: The user with name none cannot be found\./,
  });
});
