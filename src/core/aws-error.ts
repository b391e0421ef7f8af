/**
 * An AWS error: what an operation answers instead of an output.
 *
 * `code` is the name of the modelled error shape (`QueueDoesNotExist`) or, where the model has none, the wire code
 * (`ThrottlingException`). The protocol encoder turns a shape name into the service's own wire code and status.
 */
export class AwsError extends Error {
  readonly code: string;
  /** The HTTP status. The model's status wins for a modelled shape unless `statusIsFixed`. */
  readonly status: number;
  /** Modelled members beside the message, e.g. `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Extra response headers, e.g. `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;
  /** True when the status was asked for by a fault and must be kept even if the model says otherwise. */
  readonly statusIsFixed: boolean;
  /** The id of the call that a service made and that ended with this; undefined for an error that no call has ended with yet. */
  requestId: string | undefined = undefined;

  constructor(
    code: string,
    message: string,
    options: {
      status?: number;
      members?: Record<string, unknown>;
      headers?: Record<string, string>;
      statusIsFixed?: boolean;
    } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
    this.statusIsFixed = options.statusIsFixed ?? false;
  }

  /** Whose fault it was, as query protocols spell it. */
  get type(): "Sender" | "Receiver" {
    return this.status >= 500 ? "Receiver" : "Sender";
  }
}

/** Declares an error once: `export const queueDoesNotExist = awsError("QueueDoesNotExist", 400, "The specified queue does not exist.")`. */
export function awsError(code: string, status: number, message: string): () => AwsError;
export function awsError<A extends unknown[]>(
  code: string,
  status: number,
  message: (...args: A) => string,
): (...args: A) => AwsError;
export function awsError<A extends unknown[]>(
  code: string,
  status: number,
  message: string | ((...args: A) => string),
): (...args: A) => AwsError {
  return (...args) =>
    new AwsError(code, typeof message === "string" ? message : message(...args), { status });
}
