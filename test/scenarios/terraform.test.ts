import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Cloud } from "../../src/index.ts";
import { inlineArchive } from "../../src/services/cloudformation/mapping/inline-code.ts";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

/*
 * Terraform and its AWS provider, as they are: what is made is read back as it was written (the plan after it is empty), changed, and
 * destroyed. The provider waits on its own clock between two looks at what it has made, some of it half a minute: that is most of the time.
 */

const run = promisify(execFile);
const PLUGINS = "/opt/tf-plugins";

describe("Terraform", needs("terraform"), () => {
  const account = newAccount();
  const folder = mkdtempSync(join(tmpdir(), "squall-terraform-"));
  let cloud: Cloud;

  before(async () => {
    cloud = await testCloud();
    copyFileSync(fileURLToPath(new URL("terraform/main.tf", import.meta.url)), join(folder, "main.tf"));
    writeFileSync(
      join(folder, "f.zip"),
      await inlineArchive("exports.handler = async () => 1;", "nodejs22.x"),
    );
    const mirror = `filesystem_mirror { path = ${JSON.stringify(PLUGINS)} }`;
    writeFileSync(join(folder, "terraformrc"), `provider_installation {\n  ${mirror}\n}\n`);
  });
  after(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const terraform = (...args: string[]) =>
    run("terraform", [...args, "-no-color", "-input=false"], {
      cwd: folder,
      env: {
        ...clientEnvironment(cloud, account),
        TF_CLI_CONFIG_FILE: join(folder, "terraformrc"),
        CHECKPOINT_DISABLE: "1",
      },
      maxBuffer: 64 * 1024 * 1024,
    });

  /** What is left of it, without what AWS makes by itself. */
  async function left(): Promise<string[]> {
    const answer = await fetch(`${cloud.url}/_squall/resources`);
    const { resources } = (await answer.json()) as { resources: { account: string; arn: string }[] };
    const arns = resources
      .filter((one) => [account, "111122223333"].includes(one.account))
      .map(({ arn }) => arn);
    // The default VPC, KMS keys in their waiting period, and the log group that Lambda makes.
    return arns.filter((arn) => !/:ec2:|:kms:|:log-group:\/aws\/lambda\//.test(arn));
  }

  test("makes eighty resources, and reads them back as they were written", async () => {
    await terraform("init");
    await terraform("apply", "-auto-approve");
    // It ends with 2, and rejects here, when there is anything to change.
    await terraform("plan", "-detailed-exitcode");
  });

  test("changes what has changed", async () => {
    const { stdout } = await terraform("apply", "-auto-approve", "-var", "visibility=45");
    assert.match(stdout, /Resources: 0 added, \d+ changed, 0 destroyed/);
    const { QueueUrl } = await cloud.call<{ QueueUrl: string }>(
      "sqs",
      "GetQueueUrl",
      { QueueName: "tf-queue" },
      { account },
    );
    const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>(
      "sqs",
      "GetQueueAttributes",
      { QueueUrl, AttributeNames: ["VisibilityTimeout"] },
      { account },
    );
    assert.deepEqual(Attributes, { VisibilityTimeout: "45" });
  });

  test("destroys all of it", async () => {
    await terraform("destroy", "-auto-approve", "-var", "visibility=45");
    assert.deepEqual(await left(), []);
  });
});
