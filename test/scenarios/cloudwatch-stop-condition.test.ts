import assert from "node:assert/strict";
import { test } from "node:test";
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  StartExperimentCommand,
} from "@aws-sdk/client-fis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { createNodeFunction } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

test("An experiment that fails a function's invocations is stopped by the alarm on AWS/Lambda Errors.", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const cloudwatch = new CloudWatchClient(options);
  const lambda = new LambdaClient(options);
  const fis = new FisClient(options);
  const { FunctionArn } = await createNodeFunction(
    lambda,
    "checkout",
    `export const handler = async () => "fine"`,
  );
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "checkout-errors",
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: "checkout" }],
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
      description: "checkout fails",
      roleArn: `arn:aws:iam::${account}:role/fis`,
      stopConditions: [
        {
          source: "aws:cloudwatch:alarm",
          value: `arn:aws:cloudwatch:us-east-1:${account}:alarm:checkout-errors`,
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
          parameters: { duration: "PT10M", preventExecution: "true" },
          targets: { Functions: "functions" },
        },
      },
    }),
  );
  const { experiment } = await fis.send(
    new StartExperimentCommand({ experimentTemplateId: experimentTemplate!.id }),
  );
  const stateOf = async () =>
    (await fis.send(new GetExperimentCommand({ id: experiment!.id }))).experiment!.state!;
  const reached = (status: string) => until(stateOf, (state) => state.status === status);
  await reached("running");

  const invoke = () => lambda.send(new InvokeCommand({ FunctionName: "checkout" }));
  for (let i = 0; i < 3; i++) assert.equal((await invoke()).FunctionError, "Unhandled");
  await reached("stopped");
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({}));
  assert.equal(MetricAlarms![0]!.StateValue, "ALARM");
  assert.equal((await invoke()).FunctionError, undefined, "the fault has gone with the experiment");
});
