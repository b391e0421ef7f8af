import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "application-autoscaling",
    type: "scalable-target",
    async create(call, TableName) {
      await call(
        "CreateTable",
        {
          TableName,
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
        },
        "dynamodb",
      );
      const { ScalableTargetARN } = await call("RegisterScalableTarget", {
        ServiceNamespace: "dynamodb",
        ResourceId: `table/${TableName}`,
        ScalableDimension: "dynamodb:table:ReadCapacityUnits",
        MinCapacity: 1,
        MaxCapacity: 10,
      });
      return String(ScalableTargetARN);
    },
  },
];
