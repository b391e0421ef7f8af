import { AwsError } from "../../../core/aws-error.ts";
import { readJson } from "../../../core/read-json.ts";
import { StateFailure } from "../language/failure.ts";
import type { Json } from "../language/json.ts";
import type { Integration } from "./integration.ts";
import { optimizedFailure } from "./task-errors.ts";

/** A function whose ARN is the resource: what it is given is the input, what it answers the result. */
export const lambdaFunction: Integration = {
  kind: "function",
  async request(request) {
    try {
      const answer = await request.call<InvokeAnswer>("lambda", "Invoke", {
        FunctionName: request.arn,
        Payload: Buffer.from(JSON.stringify(request.parameters)),
      });
      return payloadOf(answer);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw optimizedFailure(error, "Lambda", "AWSLambda", request.run.host.random.uuid());
    }
  },
};

export interface InvokeAnswer {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
  readonly Payload?: Uint8Array;
}

/** What a function has answered. @throws StateFailure with its own error's name when it has failed */
export function payloadOf({ FunctionError, Payload }: InvokeAnswer): Json {
  const text = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError !== undefined) throw new StateFailure(errorTypeOf(text), text, "task");
  if (text === "") return null;
  try {
    return readJson(text) as Json;
  } catch {
    return text;
  }
}

function errorTypeOf(text: string): string {
  try {
    const { errorType, errorMessage } = readJson(text) as { errorType?: unknown; errorMessage?: unknown };
    if (typeof errorType === "string" && errorType !== "") return errorType;
    // A function that runs out of its own time has no error type.
    if (typeof errorMessage === "string" && /Task timed out/.test(errorMessage)) return "Lambda.Unknown";
  } catch {
    // What it says is no JSON: its type is unknown.
  }
  return "Lambda.Unknown";
}
