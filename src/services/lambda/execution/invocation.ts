/** One event on its way into an environment. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  /** With the qualifier that was asked for. */
  readonly invokedFunctionArn: string;
  /** `Root=…;Parent=…;Sampled=…`: what the function's own calls carry in `X-Amzn-Trace-Id`. */
  readonly traceId: string;
  /** JSON, as in the call's header but decoded. */
  readonly clientContext?: string;
  readonly tenantId?: string;
  /** Wait for the end of the log, for `X-Amz-Log-Result`. */
  readonly tail: boolean;
  /** Hand out the response as it comes. */
  readonly streaming: boolean;
}

/** How an invocation ended. `payload` is what the caller gets. */
export type InvocationResult = (
  | { readonly kind: "response"; readonly payload: Uint8Array }
  | {
      readonly kind: "stream";
      readonly contentType: string;
      readonly body: AsyncIterable<Uint8Array>;
      /** Resolves after the last byte: an error that came on the way, and the log's tail. */
      readonly end: Promise<{ readonly error?: FunctionError; readonly logTail?: string }>;
    }
  | FunctionError
) & {
  /** The last 4 KB of the log, when asked for. */
  readonly logTail?: string;
};

/** The function failed: `X-Amz-Function-Error`. */
export interface FunctionError {
  readonly kind: "error";
  /** `Unhandled` for all that a handler throws or a runtime does. */
  readonly functionError: "Unhandled" | "Handled";
  readonly errorType: string;
  readonly payload: Uint8Array;
}

/** A function error whose payload we make: `{"errorType": …, "errorMessage": …}`. */
export function functionError(errorType: string, errorMessage: string): FunctionError {
  return {
    kind: "error",
    functionError: "Unhandled",
    errorType,
    payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
  };
}

export const timedOut = (requestId: string, timeoutMs: number): FunctionError =>
  functionError("Sandbox.Timedout", `RequestId: ${requestId} Error: ${timeoutText(timeoutMs)}`);

/** `Task timed out after 3.00 seconds` */
export const timeoutText = (timeoutMs: number): string =>
  `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;

/** @param how `exit status 1`, `signal: killed` … */
export const exited = (requestId: string, how: string): FunctionError =>
  functionError("Runtime.ExitError", `RequestId: ${requestId} Error: Runtime exited ${how}`);
