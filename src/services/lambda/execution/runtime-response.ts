import type { IncomingMessage } from "node:http";
import { functionError, type InvocationResult } from "./invocation.ts";
import { errorInTrailers, read } from "./runtime-api.ts";

const RESPONSE_LIMIT_BYTES = 6_291_556;

/** What the runtime posted as a whole response: the result of its invocation, and whether it was refused for its size. */
export interface RuntimeResponse {
  readonly result: InvocationResult;
  readonly isTooLarge: boolean;
}

export async function readResponse(request: IncomingMessage): Promise<RuntimeResponse> {
  const payload = await read(request);
  const error = errorInTrailers(request);
  if (error) return { result: error, isTooLarge: false };
  if (payload.length <= RESPONSE_LIMIT_BYTES)
    return { result: { kind: "response", payload }, isTooLarge: false };
  const text = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`;
  return { result: functionError("Function.ResponseSizeTooLarge", text), isTooLarge: true };
}
