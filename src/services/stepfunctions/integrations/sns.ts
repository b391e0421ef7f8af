import { sdkInput, sdkOutput } from "../../../aws/sdk-shapes.ts";
import type { Integration } from "./integration.ts";
import { withMetadata } from "./sdk-metadata.ts";
import { optimizedFailure } from "./task-errors.ts";

/** An answer in XML is so much longer than what it says. */
const AROUND_BYTES = 256;

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html */
export const sns: Integration = {
  kind: "service",
  actions: { publish: ["", ".waitForTaskToken"] },
  async request({ parameters, run, call }) {
    const requestId = run.host.random.uuid();
    try {
      const output = await sdkOutput(
        "sns",
        "Publish",
        await call("sns", "Publish", sdkInput("sns", "Publish", parameters)),
      );
      return withMetadata(output, "xml", {
        requestId,
        nowMs: run.nowMs,
        length: AROUND_BYTES + JSON.stringify(output).length,
      });
    } catch (error) {
      throw optimizedFailure(error, "SNS", "AmazonSNS", requestId);
    }
  },
};
