import assert from "node:assert/strict";
import { test } from "node:test";
import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  StartExperimentCommand,
} from "@aws-sdk/client-fis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { createNodeFunction } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

test("a function that an experiment breaks raises its own alarm, and the alarm ends the experiment", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const lambda = new LambdaClient(clientOptions(cloud, account));
  const fis = new FisClient(clientOptions(cloud, account));
  const cloudwatch = new CloudWatchClient(clientOptions(cloud, account));
  const { FunctionArn } = await createNodeFunction(lambda, "orders", "export const handler = async () => 1;");
  const fails = async () =>
    (await lambda.send(new InvokeCommand({ FunctionName: "orders" }))).FunctionError !== undefined;
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "orders-fail",
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: "orders" }],
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 3,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
    }),
  );
  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: "template",
      description: "Half of the orders fail",
      roleArn: `arn:aws:iam::${account}:role/experimenter`,
      stopConditions: [
        {
          source: "aws:cloudwatch:alarm",
          value: `arn:aws:cloudwatch:us-east-1:${account}:alarm:orders-fail`,
        },
      ],
      targets: {
        functions: {
          resourceType: "aws:lambda:function",
          resourceArns: [FunctionArn!],
          selectionMode: "ALL",
        },
      },
      actions: {
        fail: {
          actionId: "aws:lambda:invocation-error",
          parameters: { duration: "PT1H", preventExecution: "true" },
          targets: { Functions: "functions" },
        },
      },
    }),
  );
  const { experiment } = await fis.send(
    new StartExperimentCommand({ clientToken: "start", experimentTemplateId: experimentTemplate!.id }),
  );
  const state = async () =>
    (await fis.send(new GetExperimentCommand({ id: experiment!.id }))).experiment!.state!;
  while ((await state()).status === "initiating");

  for (let i = 0; i < 3; i++) assert.ok(await fails());
  await cloud.clock.advance("PT3M");
  assert.deepEqual(await state(), { status: "stopped", reason: "Experiment halted by stop condition." });
  assert.ok(!(await fails()));
});
