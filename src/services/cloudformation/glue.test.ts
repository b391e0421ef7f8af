import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

/* A state machine that a rule, schedules of two kinds and a pipe start, in a template of SAM's: all of it at work. */

/** Half a day away, give or take the hours that Berlin is ahead: not due while a rate is. */
const NIGHT = new Date(Date.now() + 12 * 60 * 60 * 1000).getUTCHours();

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Seen:
    Type: AWS::Serverless::SimpleTable
  Jobs:
    Type: AWS::SQS::Queue
  Note:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionSubstitutions: {Table: !Ref Seen}
      Definition:
        QueryLanguage: JSONata
        StartAt: Put
        States:
          Put:
            Type: Task
            Resource: arn:aws:states:::dynamodb:putItem
            # A pipe sends a list, and what is asked of a list is asked of its items.
            Arguments: {TableName: "\${Table}", Item: {id: {S: "{% $states.input.who %}"}}}
            End: true
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Seen}}]
      Events:
        Paid:
          Type: EventBridgeRule
          Properties: {Pattern: {source: [shop]}, InputPath: $.detail}
        Hourly:
          Type: Schedule
          Properties: {Schedule: rate(1 hour), Input: '{"who": "a rule that is due"}'}
        Nightly:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: cron(30 ${NIGHT} * * ? *)
            ScheduleExpressionTimezone: Europe/Berlin
            Input: '{"who": "a schedule of SAM"}'
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: [scheduler.amazonaws.com, pipes.amazonaws.com]}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: all
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: ["states:StartExecution", "states:StartSyncExecution", "sqs:*"], Resource: "*"}]
  Own:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 hour)
      FlexibleTimeWindow: {Mode: "OFF"}
      Target: {Arn: !Ref Note, RoleArn: !GetAtt Role.Arn, Input: '{"who": "a schedule"}'}
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: !GetAtt Role.Arn
      Source: !GetAtt Jobs.Arn
      SourceParameters:
        FilterCriteria: {Filters: [{Pattern: '{"body": {"who": [{"exists": true}]}}'}]}
        SqsQueueParameters: {BatchSize: 1}
      Enrichment: !GetAtt First.Arn
      Target: !Ref Note
      TargetParameters:
        StepFunctionStateMachineParameters: {InvocationType: FIRE_AND_FORGET}
  First:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition:
        QueryLanguage: JSONata
        StartAt: Take
        States:
          Take: {Type: Pass, Output: "{% $parse($states.input[0].body) %}", End: true}
Outputs:
  Queue: {Value: !Ref Jobs}
  Table: {Value: !Ref Seen}
`;

for (const access of ["off", "enforce"] as const)
  test(`a template with state machines, a rule, schedules and a pipe deploys and runs, with --iam ${access}`, async () => {
    await using cloud = await testCloud({ iam: access });
    const options = clientOptions(cloud, newAccount());
    const stacks = new CloudFormationClient(options);
    const tables = new DynamoDBClient(options);
    const events = new EventBridgeClient(options);
    const queues = new SQSClient(options);
    const named = { StackName: "glue" };
    await stacks.send(
      new CreateStackCommand({
        ...named,
        TemplateBody: TEMPLATE,
        Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
      }),
    );
    const waiting = { client: stacks, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    await waitUntilStackCreateComplete(waiting, named);
    const { Stacks } = await stacks.send(new DescribeStacksCommand(named));
    const output = (key: string) =>
      Stacks![0]!.Outputs!.find(({ OutputKey }) => OutputKey === key)!.OutputValue!;
    const seen = async () => {
      const { Items = [] } = await tables.send(new ScanCommand({ TableName: output("Table") }));
      return Items.map(({ id }) => id!.S!).sort();
    };
    await events.send(
      new PutEventsCommand({
        Entries: [{ Source: "shop", DetailType: "paid", Detail: '{"who":"an event"}' }],
      }),
    );
    await queues.send(
      new SendMessageCommand({ QueueUrl: output("Queue"), MessageBody: '{"who":"a message"}' }),
    );
    // A rate without a beginning begins at once.
    assert.deepEqual(await until(seen, ({ length }) => length === 3), [
      "a message",
      "a schedule",
      "an event",
    ]);
    await cloud.clock.advance("61m");
    assert.deepEqual(await until(seen, ({ length }) => length === 4), [
      "a message",
      "a rule that is due",
      "a schedule",
      "an event",
    ]);
    await cloud.clock.advance("24h");
    assert.deepEqual((await until(seen, ({ length }) => length === 5))[3], "a schedule of SAM");
    await stacks.send(new DeleteStackCommand(named));
    await waitUntilStackDeleteComplete(waiting, named);
    const answer = await fetch(`${cloud.url}/_squall/resources`);
    const { resources } = (await answer.json()) as { resources: { arn: string }[] };
    assert.deepEqual(resources, []);
    for (const client of [stacks, tables, events, queues]) client.destroy();
  });
