import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  StartExperimentCommand,
  StopExperimentCommand,
} from "@aws-sdk/client-fis";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

const file = new URL("../../examples/product-api/experiments/region-experiment.json", import.meta.url);

test("an outage of a region hits every service there, nobody elsewhere, and not FIS itself", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud, newAccount());
  const west = { ...options, region: "us-west-1" };
  const fis = new FisClient(west);
  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({ ...JSON.parse(readFileSync(file, "utf8")), clientToken: "outage" }),
  );
  const { experiment } = await fis.send(
    new StartExperimentCommand({ experimentTemplateId: experimentTemplate?.id, clientToken: "start" }),
  );
  await assert.rejects(new SQSClient(west).send(new ListQueuesCommand({})), {
    name: "ServiceUnavailable",
    message: "Failing as per Fault Injection Simulator configuration",
  });
  await new SQSClient(options).send(new ListQueuesCommand({}));
  await fis.send(new StopExperimentCommand({ id: experiment?.id }));
  await new SQSClient(west).send(new ListQueuesCommand({}));
});
