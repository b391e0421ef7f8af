import { AwsError } from "../core/aws-error.ts";
import { isRpc } from "./common-errors.ts";

/**
 * How services refuse whom IAM does not let: SNS has a name of its own, SQS kept the query protocol's, EC2 and S3 their own;
 * JSON and CBOR services say it with 400, REST services with 403.
 */
export function accessDenied(service: string, protocol: string, message: string): AwsError {
  const refused = (code: string, text = message) => new AwsError(code, text, { status: 403 });
  if (service === "sns") return refused("AuthorizationError");
  if (service === "sqs" || service === "s3") return refused("AccessDenied");
  if (protocol === "ec2")
    return refused("UnauthorizedOperation", `You are not authorized to perform this operation. ${message}`);
  if (isRpc(protocol)) return new AwsError("AccessDeniedException", message);
  return refused(protocol === "rest-json" ? "AccessDeniedException" : "AccessDenied");
}

/** SQS alone says its actions in lower case. */
export const actionAsSaid = (action: string): string =>
  action.startsWith("sqs:") ? action.toLowerCase() : action;
