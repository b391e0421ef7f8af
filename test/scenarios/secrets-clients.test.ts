import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientEnvironment, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/** Keys, secrets and parameters as applications read them: boto3, the AWS CLI, Powertools, the AWS Encryption SDK. */

const run = promisify(execFile);
const cloud = await testCloud();
after(() => cloud.stop());

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The environment of a client in an account of its own. */
const environment = () => ({
  ...clientEnvironment(cloud),
  AWS_REGION: "us-east-1",
  ...(process.env["PYTHONPATH"] && { PYTHONPATH: process.env["PYTHONPATH"] }),
  ...(process.env["NODE_PATH"] && { NODE_PATH: process.env["NODE_PATH"] }),
});

const python = (name: string) => run("python3", [script("secrets-clients.py"), name], { env: environment() });
const node = (name: string) =>
  run(process.execPath, [script("secrets-clients.cjs"), name], { env: environment() });

test(
  "boto3 reads pages of parameters, binary secrets, and what a key has sealed",
  needs("boto3"),
  async () => {
    assert.equal((await python("plain")).stderr, "");
  },
);

test("Powertools for Python read parameters and secrets", needs("powertools-python"), async () => {
  await python("powertools");
});

test(
  "the AWS Encryption SDK for Python opens what it has sealed, while its key can be used",
  needs("encryption-sdk-python"),
  async () => {
    await python("encryption");
  },
);

test("Powertools for TypeScript read parameters and secrets", needs("powertools-node"), async () => {
  await node("powertools");
});

test(
  "the AWS Encryption SDK for JavaScript opens what it has sealed, while its key can be used",
  needs("encryption-sdk-node"),
  async () => {
    await node("encryption");
  },
);

test("the AWS CLI: kms, secretsmanager and ssm", needs("aws"), async () => {
  const env = environment();
  const aws = async (...words: string[]) =>
    (await run("aws", [...words, "--endpoint-url", cloud.url], { env })).stdout.trimEnd();
  const KeyId = await aws("kms", "create-key", "--query", "KeyMetadata.KeyId", "--output", "text");
  await aws("kms", "create-alias", "--alias-name", "alias/cli", "--target-key-id", KeyId);
  const sealed = await aws(
    "kms",
    "encrypt",
    "--key-id",
    "alias/cli",
    "--plaintext",
    "aGVsbG8=",
    "--query",
    "CiphertextBlob",
    "--output",
    "text",
  );
  assert.ok(sealed.length > 100);

  await aws(
    "secretsmanager",
    "create-secret",
    "--name",
    "cli",
    "--secret-string",
    "first",
    "--kms-key-id",
    "alias/cli",
  );
  await aws("secretsmanager", "put-secret-value", "--secret-id", "cli", "--secret-string", "second");
  const read = (...more: string[]) =>
    aws(
      "secretsmanager",
      "get-secret-value",
      "--secret-id",
      "cli",
      "--query",
      "SecretString",
      "--output",
      "text",
      ...more,
    );
  assert.deepEqual([await read(), await read("--version-stage", "AWSPREVIOUS")], ["second", "first"]);

  await aws(
    "ssm",
    "put-parameter",
    "--name",
    "/cli/a",
    "--type",
    "SecureString",
    "--value",
    "hidden",
    "--key-id",
    "alias/cli",
  );
  const get = () =>
    aws(
      "ssm",
      "get-parameter",
      "--name",
      "/cli/a",
      "--with-decryption",
      "--query",
      "Parameter.Value",
      "--output",
      "text",
    );
  assert.equal(await get(), "hidden");
  await aws("kms", "disable-key", "--key-id", KeyId);
  await assert.rejects(get(), {
    stderr: /An error occurred \(InvalidKeyId\) when calling the GetParameter operation.*: .* is disabled\./,
  });
  await assert.rejects(read(), { stderr: /DecryptionFailure/ });
});

test(
  "the AWS CLI: a runbook whose script is attached runs on targets",
  needs("aws", "python3"),
  async (t) => {
    const env = environment();
    const folder = mkdtempSync(join(tmpdir(), "squall-runbook-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const aws = async (...words: string[]) =>
      (await run("aws", [...words, "--output", "json", "--endpoint-url", cloud.url], { env })).stdout;
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const body = file("greet.py", "def greet(events, context):\n    return 'hello ' + events['name']\n");
    const runbook = file(
      "runbook.json",
      JSON.stringify({
        schemaVersion: "0.3",
        parameters: { Name: { type: "String" } },
        outputs: ["greet.Payload"],
        mainSteps: [
          {
            name: "greet",
            action: "aws:executeScript",
            inputs: {
              Runtime: "python3.11",
              Handler: "greet.greet",
              Attachment: "greet.py",
              InputPayload: { name: "{{ Name }}" },
            },
          },
        ],
      }),
    );
    await aws("s3api", "create-bucket", "--bucket", "runbooks-of-cli");
    await aws("s3api", "put-object", "--bucket", "runbooks-of-cli", "--key", "greet.py", "--body", body);
    const create = ["ssm", "create-document", "--name", "Greet", "--document-type", "Automation"];
    const attach = ["--attachments", "Key=S3FileUrl,Values=s3://runbooks-of-cli/greet.py"];
    await aws(...create, "--content", `file://${runbook}`, ...attach);
    const start = ["ssm", "start-automation-execution", "--document-name", "Greet"];
    const targets = ["--target-parameter-name", "Name", "--targets", "Key=ParameterValues,Values=ann,ben"];
    const { AutomationExecutionId: id } = JSON.parse(
      await aws(...start, ...targets, "--max-concurrency", "100%"),
    );
    const get = async (execution: string) =>
      JSON.parse(await aws("ssm", "get-automation-execution", "--automation-execution-id", execution))
        .AutomationExecution;
    const ended = await until(
      () => get(id),
      ({ ExecutionEndTime }) => Boolean(ExecutionEndTime),
    );
    assert.equal(ended.AutomationExecutionStatus, "Success", ended.FailureMessage);
    const outputs = [];
    for (const { StepExecutionId } of ended.StepExecutions)
      outputs.push(...(await get(StepExecutionId)).Outputs["greet.Payload"]);
    assert.deepEqual(outputs, ["hello ann", "hello ben"]);
  },
);
