import { sdkInput, sdkOutput } from "../../../aws/sdk-shapes.ts";
import type { Integration } from "./integration.ts";
import { withMetadata } from "./sdk-metadata.ts";
import { optimizedFailure } from "./task-errors.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html */
export const sqs: Integration = {
  kind: "service",
  actions: { sendMessage: ["", ".waitForTaskToken"] },
  async request({ parameters, run, call }) {
    const requestId = run.host.random.uuid();
    try {
      const output = await sdkOutput(
        "sqs",
        "SendMessage",
        await call("sqs", "SendMessage", sdkInput("sqs", "SendMessage", parameters)),
      );
      return withMetadata(output, "json", {
        requestId,
        nowMs: run.nowMs,
        length: JSON.stringify(output).length,
      });
    } catch (error) {
      throw optimizedFailure(error, "SQS", "AmazonSQS", requestId);
    }
  },
};
