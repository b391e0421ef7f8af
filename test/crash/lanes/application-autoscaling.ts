import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

const TARGET = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/CrashScaled",
  ScalableDimension: "dynamodb:table:WriteCapacityUnits",
};

/** A scheduled action that was put is there. No SDK client is at hand. */
export default ({ options }: Bed): Lane[] => {
  const { endpoint, region, credentials } = options;
  const scope = `${credentials.accessKeyId}/20261128/${region}/application-autoscaling/aws4_request`;
  const ask = async <T>(operation: string, input: object = {}): Promise<T> => {
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AnyScaleFrontendService.${operation}`,
      },
      body: JSON.stringify({ ...TARGET, ...input }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  const acknowledged = new Acknowledged("application-autoscaling");
  return [
    {
      name: "application-autoscaling",
      async setup() {
        await new DynamoDBClient(options).send(
          new CreateTableCommand({
            TableName: "CrashScaled",
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
          }),
        );
        await ask("RegisterScalableTarget", { MinCapacity: 1, MaxCapacity: 10 });
      },
      async write(n) {
        const ScheduledActionName = `action-${n}`;
        await ask("PutScheduledAction", {
          ScheduledActionName,
          Schedule: "rate(1 day)",
          ScalableTargetAction: { MinCapacity: 1 },
        });
        acknowledged.add(ScheduledActionName);
      },
      verify: () =>
        acknowledged.verify(
          async (name) => {
            const asked = { ScheduledActionNames: [name] };
            const { ScheduledActions } = await ask<{ ScheduledActions: object[] }>(
              "DescribeScheduledActions",
              asked,
            );
            return ScheduledActions.length === 1;
          },
          (ScheduledActionName) => ask("DeleteScheduledAction", { ScheduledActionName }),
        ),
    },
  ];
};
