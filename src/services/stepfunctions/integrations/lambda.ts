import { sdkInput } from "../../../aws/sdk-shapes.ts";
import { readJson } from "../../../core/read-json.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json } from "../language/json.ts";
import type { Integration } from "./integration.ts";
import { type InvokeAnswer, payloadOf } from "./lambda-function.ts";
import { withMetadata } from "./sdk-metadata.ts";
import { optimizedFailure } from "./task-errors.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
export const lambda: Integration = {
  kind: "service",
  actions: { invoke: ["", ".waitForTaskToken"] },
  async request(request) {
    const parameters = isObject(request.parameters) ? request.parameters : {};
    const { Payload, ...rest } = parameters;
    const requestId = request.run.host.random.uuid();
    try {
      const answer = await request.call<InvokeAnswer>("lambda", "Invoke", {
        ...sdkInput("lambda", "Invoke", rest),
        ...(Payload !== undefined && { Payload: Buffer.from(payloadText(Payload)) }),
      });
      const payload = payloadOf(answer);
      const version = answer.ExecutedVersion ?? "$LATEST";
      const length = answer.Payload?.length ?? 0;
      return {
        ...withMetadata({ ExecutedVersion: version, Payload: payload }, "lambda", {
          requestId,
          nowMs: request.run.nowMs,
          length,
          headers: { "X-Amz-Executed-Version": version, "X-Amzn-Trace-Id": traceOf(request.run) },
        }),
        StatusCode: answer.StatusCode ?? 200,
      };
    } catch (error) {
      if (error instanceof StateFailure) throw error;
      throw optimizedFailure(error, "Lambda", "AWSLambda", requestId);
    }
  },
};

/** A text that is JSON is the payload itself; any other is a JSON string. */
function payloadText(payload: Json): string {
  if (typeof payload !== "string") return JSON.stringify(payload);
  try {
    readJson(payload);
    return payload;
  } catch {
    return JSON.stringify(payload);
  }
}

const traceOf = (run: {
  readonly execution: { readonly traceHeader?: string | undefined };
  readonly nowMs: number;
}): string =>
  run.execution.traceHeader ??
  `root=1-${Math.floor(run.nowMs / 1000).toString(16)}-${"0".repeat(24)};sampled=0`;
