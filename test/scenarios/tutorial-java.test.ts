import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deploy } from "../../src/cli/demo/deploy.ts";
import type { Cloud } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

/** The tutorial with its functions in Java 17: what `squall demo` plays in TypeScript. */

const run = promisify(execFile);
const source = fileURLToPath(new URL("../../examples/product-api/java", import.meta.url));

/** The example's fat jar, built in a copy so that nobody's target folder is in the way. */
async function buildJar(folder: string): Promise<Uint8Array> {
  cpSync(source, folder, { recursive: true, filter: (path) => basename(path) !== "target" });
  await run("mvn", ["-q", "-B", "package"], { cwd: folder, timeout: 300_000 });
  return new Uint8Array(readFileSync(join(folder, "target/product-lambda.jar")));
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < giveUpAt, `${what}: this did not come about`);
    await sleep(20);
  }
}

async function untilExperimentIs(cloud: Cloud, id: string, status: string): Promise<void> {
  await until(`the experiment is ${status}`, async () => {
    const { experiment } = await cloud.call<{ experiment: { state: { status: string } } }>(
      "fis",
      "GetExperiment",
      { id },
    );
    return experiment.state.status === status;
  });
}

test(
  "functions in Java 17 live through the tutorial's outage, and no product is lost",
  needs("mvn"),
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-java-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const jar = await buildJar(folder);

    await using cloud = await testCloud();
    await deploy(cloud, {
      runtime: "java17",
      timeoutSeconds: 20,
      memorySizeMb: 512,
      api: { handler: "products.ApiHandler::handleRequest", zip: jar },
      queue: { handler: "products.QueueHandler::handleRequest", zip: jar },
    });
    const api = `${cloud.url}/_aws/execute-api/12345/dev/productApi`;
    const post = async (id: string) => {
      const body = JSON.stringify({ id, name: "Super Widget", price: "29.99", description: "A widget." });
      const response = await fetch(api, { method: "POST", body });
      return `${response.status} ${await response.text()}`;
    };
    const get = async (id: string) => {
      const response = await fetch(`${api}?id=${id}`);
      return `${response.status} ${await response.text()}`;
    };

    assert.equal(await post("prod-1"), "200 Product added/updated successfully.");
    assert.match(await get("prod-1"), /^200 \{.*"price":"29.99".*\}$/);
    assert.equal(await get("prod-2"), "404 There is no product prod-2.");

    const { experimentTemplate } = await cloud.call<{ experimentTemplate: { id: string } }>(
      "fis",
      "CreateExperimentTemplate",
      {
        ...JSON.parse(readFileSync(join(source, "../experiments/experiment-ddb.json"), "utf8")),
        clientToken: "outage",
      },
    );
    const { experiment } = await cloud.call<{ experiment: { id: string } }>("fis", "StartExperiment", {
      experimentTemplateId: experimentTemplate.id,
      clientToken: "outage",
    });
    await untilExperimentIs(cloud, experiment.id, "running");
    assert.equal(await post("prod-2"), "200 A DynamoDB error occurred. Message sent to queue.");

    // The queue's function takes the product, meets the outage in every attempt of the SDK, and gives it back.
    await until("the queue's function has tried and given up", () =>
      cloud.calls
        .of("lambda", "Invoke")
        .some((invoke) => JSON.stringify(invoke.input).includes("product-queue")),
    );
    const tries = cloud.calls
      .of("dynamodb", "PutItem")
      .filter((call) => call.callerArn.endsWith("/product-queue"));
    assert.ok(tries.length > 0);
    for (const { status, errorCode } of tries)
      assert.deepEqual([status, errorCode], [500, "DynamoDbException"]);

    await cloud.call("fis", "StopExperiment", { id: experiment.id });
    await untilExperimentIs(cloud, experiment.id, "stopped");
    // What was given back stays hidden for its visibility timeout.
    assert.equal(await get("prod-2"), "404 There is no product prod-2.");
    await cloud.clock.advance("PT20S");
    await until("the product reaches the table", async () => (await get("prod-2")).startsWith("200"));
    assert.match(await get("prod-2"), /"name":"Super Widget"/);
  },
);
