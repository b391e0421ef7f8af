import { AwsError, awsError } from "../../core/aws-error.ts";
import type * as ARC from "../../models/generated/arc-zonal-shift.ts";

/** Errors of zonal shift: https://docs.aws.amazon.com/arc-zonal-shift/latest/api/CommonErrors.html and each action's page. Those have reasons and no texts: the texts are inferred. */

export const resourceNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (arn: string) => `The resource ${arn} is not a managed resource in this Region.`,
);
export const shiftNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (id: string) => `The zonal shift ${id} was not found.`,
);
export const conflict = (
  reason: ARC.ConflictExceptionReason,
  message: string,
  zonalShiftId?: string,
): AwsError =>
  new AwsError("ConflictException", message, {
    status: 409,
    members: { reason, ...(zonalShiftId !== undefined && { zonalShiftId }) },
  });
export const validation = (reason: ARC.ValidationExceptionReason, message: string): AwsError =>
  new AwsError("ValidationException", message, { status: 400, members: { reason } });
