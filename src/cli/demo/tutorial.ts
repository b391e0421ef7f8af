import { setTimeout as sleep } from "node:timers/promises";
import type { CallRecord, Cloud } from "../../index.ts";
import { CliError } from "../cli-error.ts";

const GADGET = {
  id: "prod-2004",
  name: "Ultimate Gadget",
  price: "49.99",
  description:
    "The Ultimate Gadget is the perfect tool for tech enthusiasts looking for the next level in gadgetry. Compact, powerful, and loaded with features.",
};
const WIDGET = {
  id: "prod-1003",
  name: "Super Widget",
  price: "29.99",
  description:
    "A versatile widget that can be used for a variety of purposes. Durable, reliable, and affordable.",
};

const OUTAGE = {
  description: "Template for interfering with the DynamoDB service",
  actions: {
    "Test action 1": {
      actionId: "localstack:generic:api-error",
      parameters: {
        service: "dynamodb",
        api: "all",
        percentage: "100",
        exception: "DynamoDbException",
        errorCode: "500",
      },
    },
  },
  stopConditions: [{ source: "none" }],
  roleArn: "arn:aws:iam:000000000000:role/ExperimentRole",
};
const LATENCY = {
  description: "template for testing delays in API calls",
  actions: { latency: { actionId: "localstack:generic:api-error", parameters: { latency: "4" } } },
  stopConditions: [{ source: "none" }],
  roleArn: "arn:aws:iam:000000000000:role/ExperimentRole",
};

/** What the tutorial shows on its way. */
export interface Stage {
  step(text: string): void;
  say(text: string): void;
}

/**
 * Plays the tutorial on a cloud that the example is deployed in, and checks every step.
 * @throws CliError naming the step that did not go as the tutorial says
 */
export async function playTutorial(cloud: Cloud, stage: Stage): Promise<void> {
  const api = `${cloud.url}/_aws/execute-api/12345/dev/productApi`;
  const post = async (product: object) => {
    const response = await fetch(api, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(product),
    });
    return `${response.status} ${await response.text()}`;
  };

  stage.step("All is well: a product goes through API Gateway and Lambda into DynamoDB");
  expect(await post(GADGET), "200 Product added/updated successfully.", stage);

  stage.step("An FIS experiment takes DynamoDB down: every call answers 500 DynamoDbException");
  const outage = await startExperiment(cloud, OUTAGE, stage);
  expect(await post(WIDGET), "200 A DynamoDB error occurred. Message sent to queue.", stage);
  await until("the queue's function tries, and DynamoDB is still down", () =>
    cloud.calls
      .of("dynamodb", "PutItem")
      .some((call) => call.faultRuleId && isInside(cloud, call, "product-queue")),
  );
  stage.say("The product waits in the queue: its function has tried and put it back.");

  stage.step("The experiment is stopped; the visibility timeout of ten seconds passes at once");
  await stopExperiment(cloud, outage, stage);
  await cloud.clock.advance("10s");
  await until("the product reaches the table", async () => (await scan(cloud)).includes(WIDGET.id));
  const products = await scan(cloud);
  expect(products.sort().join(" "), `${WIDGET.id} ${GADGET.id}`, stage, "Scan finds ");

  stage.step("A second experiment delays every AWS call by four seconds");
  const latency = await startExperiment(cloud, LATENCY, stage);
  const before = performance.now();
  expect(await post({ ...WIDGET, id: "prod-1088" }), "200 Product added/updated successfully.", stage);
  const seconds = (performance.now() - before) / 1000;
  if (seconds < 4)
    throw new CliError(
      `The demo failed: the delayed request took ${seconds.toFixed(1)} s, not four or more.`,
    );
  stage.say(`It took ${seconds.toFixed(1)} s.`);
  await stopExperiment(cloud, latency, stage);

  stage.step("What happened");
  for (const line of report(cloud.calls.all())) stage.say(line);
}

async function startExperiment(cloud: Cloud, template: object, stage: Stage): Promise<string> {
  const created = await cloud.call<{ experimentTemplate: { id: string } }>(
    "fis",
    "CreateExperimentTemplate",
    {
      ...template,
      clientToken: cloud.seed + Object.keys(template).length + JSON.stringify(template).length,
    },
  );
  const experimentTemplateId = created.experimentTemplate.id;
  const { experiment } = await cloud.call<{ experiment: { id: string } }>("fis", "StartExperiment", {
    experimentTemplateId,
    clientToken: experimentTemplateId,
  });
  await untilStatus(cloud, experiment.id, "running");
  stage.say(
    `fis start-experiment --experiment-template-id ${experimentTemplateId} → ${experiment.id} running`,
  );
  return experiment.id;
}

async function stopExperiment(cloud: Cloud, id: string, stage: Stage): Promise<void> {
  await cloud.call("fis", "StopExperiment", { id });
  await untilStatus(cloud, id, "stopped");
  stage.say(`fis stop-experiment --id ${id} → stopped`);
}

async function untilStatus(cloud: Cloud, id: string, status: string): Promise<void> {
  await until(`the experiment is ${status}`, async () => {
    const { experiment } = await cloud.call<{ experiment: { state: { status: string } } }>(
      "fis",
      "GetExperiment",
      { id },
    );
    return experiment.state.status === status;
  });
}

async function scan(cloud: Cloud): Promise<string[]> {
  const { Items } = await cloud.call<{ Items: { id: { S: string } }[] }>("dynamodb", "Scan", {
    TableName: "Products",
  });
  return Items.map(({ id }) => id.S);
}

/** Was the call made, directly or not, by an invocation of the function? */
function isInside(cloud: Cloud, call: CallRecord, functionName: string): boolean {
  return (
    call.callerArn.endsWith(`/${functionName}`) ||
    cloud.calls
      .of("lambda")
      .some((invoke) => invoke.id === call.parentId && JSON.stringify(invoke.input).includes(functionName))
  );
}

const LONGEST_WAIT_MS = 8000;

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt)
      throw new CliError(`The demo failed: ${what}: this did not come about.`);
    await sleep(20);
  }
}

function expect(seen: string, wanted: string, stage: Stage, label = "→ "): void {
  if (seen !== wanted) throw new CliError(`The demo failed: expected "${wanted}", got "${seen}".`);
  stage.say(label + seen);
}

/** How often each operation was called, failed and was delayed. */
function report(calls: readonly CallRecord[]): string[] {
  const rows = new Map<string, { calls: number; hit: number }>();
  for (const call of calls) {
    const name = `${call.service}.${call.operation}`;
    const row = rows.get(name) ?? { calls: 0, hit: 0 };
    rows.set(name, { calls: row.calls + 1, hit: row.hit + (call.faultRuleId ? 1 : 0) });
  }
  return [...rows]
    .filter(([, { hit }]) => hit > 0)
    .map(
      ([name, row]) =>
        `${name.padEnd(28)} ${String(row.calls).padStart(4)} calls, ${row.hit} hit by an experiment`,
    );
}
