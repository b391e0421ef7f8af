import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EC2 } from "@aws-sdk/client-ec2";
import { Fis } from "@aws-sdk/client-fis";
import { Lambda } from "@aws-sdk/client-lambda";
import { createNodeFunction } from "../../src/services/lambda/functions.fixture.ts";
import { until } from "../until.ts";

const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));

async function start(dataDir: string): Promise<{ child: ChildProcess; ec2: EC2; fis: Fis; lambda: Lambda }> {
  const child = spawn(process.execPath, ["--conditions=squall-source", server, JSON.stringify({ dataDir })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const client = {
    endpoint: line.toString().trim(),
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return { child, ec2: new EC2(client), fis: new Fis(client), lambda: new Lambda(client) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** Lists queues, and gives up after a moment. */
const SOURCE = `export const handler = async () => {
  const authorization = "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
  const headers = { authorization, "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" };
  const call = fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", body: "{}", headers, signal: AbortSignal.timeout(2000) });
  return call.then(({ status }) => status, ({ name }) => name);
};`;

test("a network that was disrupted when Squall was killed is whole again when it is back", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-network-"));
  let running = await start(dataDir);
  const invoke = async () => {
    const { Payload } = await running.lambda.invoke({ FunctionName: "f" });
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  try {
    const { ec2, fis, lambda } = running;
    const { Subnets } = await ec2.describeSubnets({});
    const { SubnetId, SubnetArn } = Subnets![0]!;
    await createNodeFunction(lambda, "f", SOURCE, {
      Timeout: 30,
      VpcConfig: { SubnetIds: [SubnetId!], SecurityGroupIds: [] },
    });
    assert.equal(await invoke(), 200);
    const { experimentTemplate } = await fis.createExperimentTemplate({
      clientToken: "t",
      description: "cut off",
      roleArn: "arn:aws:iam::000000000000:role/experimenter",
      stopConditions: [{ source: "none" }],
      targets: {
        subnets: { resourceType: "aws:ec2:subnet", resourceArns: [SubnetArn!], selectionMode: "ALL" },
      },
      actions: {
        cut: {
          actionId: "aws:network:disrupt-connectivity",
          parameters: { scope: "all", duration: "PT1H" },
          targets: { Subnets: "subnets" },
        },
      },
    });
    const { experiment } = await fis.startExperiment({
      clientToken: "e",
      experimentTemplateId: experimentTemplate!.id!,
    });
    const id = experiment!.id!;
    await until(
      async () => (await fis.getExperiment({ id })).experiment?.actions?.["cut"]?.state?.status === "running",
    );
    assert.equal(await invoke(), "TimeoutError");
    await kill(running.child);
    running = await start(dataDir);
    assert.equal(await invoke(), 200);
    const { experiment: after } = await running.fis.getExperiment({ id });
    assert.equal(after?.state?.status, "failed");
    const { NetworkInterfaces } = await running.ec2.describeNetworkInterfaces({});
    assert.equal(NetworkInterfaces?.length, 1, "the function's own");
  } finally {
    await kill(running.child);
    rmSync(dataDir, { recursive: true, force: true });
  }
});
