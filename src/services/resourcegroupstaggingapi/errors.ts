import { awsError } from "../../core/aws-error.ts";

/** Errors of the tagging API: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/CommonErrors.html and each action's page. */

export const invalidParameter = awsError("InvalidParameterException", 400, (message: string) => message);
export const tokenExpired = awsError(
  "PaginationTokenExpiredException",
  400,
  "A PaginationToken is valid for a maximum of 15 minutes. Your request was denied because the specified PaginationToken has expired.",
);
