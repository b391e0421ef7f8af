import { sdkInput, sdkOutput } from "../../../aws/sdk-shapes.ts";
import { capitalized } from "../../../core/text.ts";
import type { Integration } from "./integration.ts";
import { withMetadata } from "./sdk-metadata.ts";
import { optimizedFailure } from "./task-errors.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html */
export const dynamodb: Integration = {
  kind: "service",
  actions: { getItem: [""], putItem: [""], updateItem: [""], deleteItem: [""] },
  async request({ action, parameters, run, call }) {
    const operation = capitalized(action);
    const requestId = run.host.random.uuid();
    try {
      const output = await sdkOutput(
        "dynamodb",
        operation,
        await call("dynamodb", operation, sdkInput("dynamodb", operation, parameters)),
      );
      return withMetadata(output, "dynamodb", {
        requestId,
        nowMs: run.nowMs,
        length: JSON.stringify(output).length,
      });
    } catch (error) {
      throw optimizedFailure(error, "DynamoDB", "AmazonDynamoDBv2", requestId);
    }
  },
};
