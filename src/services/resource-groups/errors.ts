import { awsError } from "../../core/aws-error.ts";

/** Errors of Resource Groups: https://docs.aws.amazon.com/ARG/latest/APIReference/CommonErrors.html and each action's page. */

export const badRequest = awsError("BadRequestException", 400, (message: string) => message);
export const groupExists = awsError("BadRequestException", 400, "Cannot create group: group already exists");
export const groupNotFound = awsError("NotFoundException", 404, "Cannot find group");
export const tooManyTags = awsError(
  "BadRequestException",
  400,
  (most: number) => `A group can have at most ${most} tags`,
);
