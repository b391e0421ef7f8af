import { parseArn } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { Context } from "../../../core/service.ts";
import { badGateway, configurationError, internalError } from "./gateway-error.ts";

/** The function that an integration's or an authorizer's URI invokes. @throws GatewayError for any other URI */
export function functionOf(uri: string): string {
  const arn =
    /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/[\d-]+\/functions\/(.+?)\/(?:response-streaming-)?invocations$/.exec(
      uri,
    )?.[1];
  if (!arn) throw configurationError(`Invalid Lambda function ARN in integration URI: ${uri}`);
  return decodeURIComponent(arn);
}

export interface FunctionAnswer {
  readonly payload: Uint8Array;
  /** `Unhandled` or `Handled` when the function failed. */
  readonly functionError?: string;
  readonly statusCode: number;
}

/** Invokes a function as a child of the request, in the function's own account and region. */
export async function invokeFunction(
  ctx: Context,
  functionArn: string,
  payload: string | Uint8Array,
  options: {
    credentials?: string;
    signal?: AbortSignal;
    invocationType?: string;
    sourceArn?: string;
    /** `X-Amzn-Trace-Id` of the request. */
    traceHeader?: string;
  },
): Promise<FunctionAnswer> {
  const arn = parseArn(functionArn);
  const output = await ctx.call<{ Payload?: Uint8Array; FunctionError?: string; StatusCode?: number }>(
    "lambda",
    "Invoke",
    {
      FunctionName: functionArn,
      InvocationType: options.invocationType ?? "RequestResponse",
      Payload: typeof payload === "string" ? Buffer.from(payload) : payload,
    },
    {
      ...(arn && { account: arn.account, region: arn.region }),
      as: options.credentials ?? "apigateway.amazonaws.com",
      signal: options.signal,
      sourceArn: options.sourceArn,
      traceHeader: options.traceHeader,
    },
  );
  return {
    payload: output.Payload ?? new Uint8Array(),
    statusCode: output.StatusCode ?? 200,
    ...(output.FunctionError && { functionError: output.FunctionError }),
  };
}

/** What a failed call to Lambda means to the client: 500 when it was not allowed or throttled, 502 for everything else. */
export function lambdaFailure(error: unknown): Error {
  if (!(error instanceof AwsError)) return error as Error;
  const reason = `Execution failed due to configuration error: ${error.message}`;
  if (/AccessDenied/.test(error.code) || error.status === 403) {
    return internalError(
      "Execution failed due to configuration error: Invalid permissions on Lambda function",
    );
  }
  if (error.code === "TooManyRequestsException") return internalError(`${reason} (${error.code})`);
  return badGateway(`${reason} (${error.code})`);
}
