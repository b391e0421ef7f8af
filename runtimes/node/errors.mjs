// Errors in the form that Lambda reports: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html

export const ExitStatus = { init: 1, abandoned: 1, uncaught: 129 };

/** An error of the runtime itself: `Runtime.<name>`. */
export function runtimeError(name, message, cause) {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  if (cause) error.cause = cause;
  return error;
}

/** `{errorType, errorMessage, trace}` of whatever was thrown. */
export function errorPayload(error) {
  if (
    error instanceof Error ||
    (error && typeof error === "object" && "message" in error && "stack" in error)
  ) {
    const payload = { errorType: error.name ?? "Error", errorMessage: error.message };
    if (error.reason !== undefined)
      payload.reason = error.reason instanceof Error ? errorPayload(error.reason) : error.reason;
    payload.trace = String(error.stack ?? "").split("\n");
    return payload;
  }
  return {
    errorType: typeof error,
    errorMessage: typeof error === "object" ? JSON.stringify(error) : String(error),
    trace: [],
  };
}
