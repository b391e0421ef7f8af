import { javaName } from "../../../aws/sdk-operation.ts";
import { AwsError } from "../../../core/aws-error.ts";
import { StateFailure } from "../language/failure.ts";

/** As the SDK calls the class of an error, which is how Step Functions spells it. */
const exceptionName = (code: string): string => {
  const name = code.replace(/^.*[#.:]/, "");
  if (name.endsWith("Fault")) return `${name.slice(0, -"Fault".length)}Exception`;
  return name.endsWith("Exception") ? name : `${name}Exception`;
};

/** What a call that failed means for a task of an optimized integration: `SQS.QueueDoesNotExistException`. */
export function optimizedFailure(
  error: unknown,
  prefix: string,
  client: string,
  requestId: string,
): StateFailure {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === "ConnectionDropped") return unreachable(prefix, error);
  return new StateFailure(
    `${prefix}.${exceptionName(error.code)}`,
    `${error.message} (Service: ${client}; Status Code: ${error.status}; Error Code: ${error.code}; Request ID: ${requestId}; Proxy: null)`,
    "task",
  );
}

/** The same of an `aws-sdk` integration: `DynamoDb.ResourceNotFoundException`. */
export function sdkFailure(error: unknown, service: string, requestId: string): StateFailure {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === "ConnectionDropped") return unreachable(service, error);
  const extended = service === "S3" ? `, Extended Request ID: ${requestId}` : "";
  return new StateFailure(
    `${service}.${javaName(exceptionName(error.code))}`,
    `${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: ${requestId}${extended})`,
    "task",
  );
}

/** Nothing came back: what Java's SDK says when a connection ends. */
const unreachable = (service: string, error: AwsError): StateFailure =>
  new StateFailure(
    `${service}.SdkClientException`,
    `Unable to execute HTTP request: ${error.message}`,
    "task",
  );
