import { AwsError } from "../../core/aws-error.ts";
import type * as CloudControl from "../../models/generated/cloudcontrol.ts";

/* What a resource handler says when the service that it calls refuses: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html */

/** A service's error as a resource handler passes it on. */
export function handlerMessage(error: unknown, type: string): string {
  if (!(error instanceof AwsError)) return (error as Error).message;
  const service = type.split("::")[1] ?? "AWS";
  return `Resource handler returned message: "${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: null)" (HandlerErrorCode: ${handlerCode(error)})`;
}

export function handlerCode({ code, status }: AwsError): CloudControl.HandlerErrorCode {
  if (/AlreadyExists|AlreadyOwned|InUse|EntityAlready|NameExists|Conflict/.test(code)) return "AlreadyExists";
  if (/NotFound|NoSuch|NonExist|DoesNotExist/.test(code)) return "NotFound";
  if (/AccessDenied|Unauthorized/.test(code)) return "AccessDenied";
  if (/Throttl|TooManyRequests|RequestLimit/.test(code)) return "Throttling";
  if (status >= 500) return "ServiceInternalError";
  return "InvalidRequest";
}
