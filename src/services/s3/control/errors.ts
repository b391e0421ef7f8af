import { AwsError } from "../../../core/aws-error.ts";

/** Errors of S3 Control, as seen on AWS; those that S3 has, too, are in its own errors.ts. */

const controlError = (code: string, status: number, message: string, members: Record<string, unknown> = {}) =>
  new AwsError(code, message, { status, members, statusIsFixed: true });

export const noAccountBlock = (AccountId: string) =>
  controlError(
    "NoSuchPublicAccessBlockConfiguration",
    404,
    "The public access block configuration was not found",
    { AccountId },
  );

// Tags

export const duplicateTags = () =>
  controlError(
    "InvalidTag",
    400,
    "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.",
  );
export const reservedTag = () =>
  controlError(
    "InvalidTag",
    400,
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
  );
export const invalidTag = () =>
  controlError(
    "InvalidTag",
    400,
    "This request contains a tag key or value that isn't valid. Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.",
  );

// Access points

export const noAccessPointPolicy = (AccessPointName: string) =>
  controlError("NoSuchAccessPointPolicy", 404, "The specified accesspoint policy does not exist", {
    AccessPointName,
  });
export const accessPointExists = (AccessPointName: string) =>
  controlError(
    "AccessPointAlreadyOwnedByYou",
    409,
    "Your previous request to create the named accesspoint succeeded and you already own it.",
    { AccessPointName },
  );
export const badName = (name: string) =>
  controlError("InvalidURI", 400, "Couldn't parse the specified URI.", { URI: `accesspoint/${name}` });
