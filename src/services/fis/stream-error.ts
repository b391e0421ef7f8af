import { parseArn } from "../../core/arn.ts";
import type { ActionRun, FisAction } from "./action.ts";

/** One of the two `aws:kinesis:stream-*-exception` actions: unlike the API errors they strike calls *about* the target streams. */
export function streamError(
  id: string,
  description: string,
  error: { readonly code: string; readonly message: string; readonly operations: readonly string[] },
): FisAction {
  return {
    id,
    description,
    how: `${error.operations.join(", ")} of the streams answer ${error.code}.`,
    permissions: [{ action: "kinesis:InjectApiError", on: { target: "KinesisStreams" } }],
    targets: { KinesisStreams: "aws:kinesis:stream" },
    // AWS's default could not be found: as of most actions (inferred).
    targetQuota: 5,
    parameters: {
      duration: {
        type: "duration",
        required: true,
        description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      },
      percentage: {
        type: "integer",
        required: true,
        min: 1,
        max: 100,
        description: "Share of calls that answer the error.",
      },
      service: { type: "string", values: ["kinesis"], description: "Always kinesis." },
    },

    async start(run) {
      const streams = run.targets("KinesisStreams")?.map(({ arn }) => arn) ?? [];
      const isServed = await run.host.load("kinesis");
      run.addRule({
        effect: "error",
        params: { code: error.code, message: error.message },
        match: {
          service: "kinesis",
          operation: error.operations,
          region: run.experiment.region,
          ...(isServed
            ? { resource: streams }
            : { account: accountsOf(run, streams), input: named(streams) }),
        },
        percentage: Number(run.parameters["percentage"]),
      });
    },
  };
}

/** Behind an upstream nobody knows the ARN of a stream that is called by its name. */
function named(streams: readonly string[]): string {
  return streams
    .flatMap((arn) => [`StreamARN=='${arn}'`, `StreamName=='${arn.slice(arn.indexOf("/") + 1)}'`])
    .join(" || ");
}

function accountsOf(run: ActionRun, streams: readonly string[]): string[] {
  return [...new Set(streams.map((arn) => parseArn(arn)?.account || run.experiment.account))];
}
