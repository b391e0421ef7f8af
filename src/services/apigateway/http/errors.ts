import { AwsError, awsError } from "../../../core/aws-error.ts";

/** Errors of version 2 of the control plane. */
export const badRequest = awsError("BadRequestException", 400, (message: string) => message);
export const conflict = awsError("ConflictException", 409, (message: string) => message);

/** Inferred from what REST APIs say of their resources. */
export const tooManyRoutes = awsError(
  "TooManyRequestsException",
  429,
  () =>
    "Maximum number of Routes for this API has been reached.  Please contact AWS if you need additional Routes.",
);

/** `Unable to find Route by id abc123` and its like, with the resource's type beside the message. */
export const notFound = (type: string, id: string): AwsError =>
  new AwsError("NotFoundException", `Unable to find ${type} by id ${id}`, {
    status: 404,
    members: { ResourceType: type },
  });
export const apiNotFound = (id: string): AwsError =>
  new AwsError("NotFoundException", `Invalid API identifier specified ${id}`, {
    status: 404,
    members: { ResourceType: "Api" },
  });
