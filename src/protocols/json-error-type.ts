import type { AwsError } from "../core/aws-error.ts";
import type { Metadata } from "../models/model.ts";
import type { ErrorShape } from "./error-shapes.ts";

/** What the framework under the service answers, not the service. */
const FRAMEWORK: Readonly<Record<string, string>> = {
  ValidationException: "com.amazon.coral.validate",
  SerializationException: "com.amazon.coral.service",
  UnknownOperationException: "com.amazon.coral.service",
  InternalFailure: "com.amazon.coral.service",
  ServiceUnavailable: "com.amazon.coral.service",
  ServiceUnavailableException: "com.amazon.coral.service",
  AccessDeniedException: "com.amazon.coral.service",
  UnrecognizedClientException: "com.amazon.coral.service",
  MissingAuthenticationTokenException: "com.amazon.coral.service",
  IncompleteSignatureException: "com.amazon.coral.service",
  InvalidSignatureException: "com.amazon.coral.service",
  ExpiredTokenException: "com.amazon.coral.service",
};

const NAMESPACES: Readonly<Record<string, string>> = {
  DynamoDB: "com.amazonaws.dynamodb.v20120810",
  CloudWatch: "com.amazonaws.cloudwatch.v2010_08_01",
  "DynamoDB Streams": "com.amazonaws.dynamodb.v20120810",
};

/** Errors that SQS's model does not have: in JSON they have other names than their query codes, as recorded. */
const SQS_NAMES: Readonly<Record<string, string>> = {
  InvalidParameterValue: "InvalidParameterValueException",
  MissingParameter: "MissingRequiredParameterException",
};

/**
 * `__type` of an error. awsJson1.0 services qualify it with their namespace, awsJson1.1 services do not; clients cut
 * everything up to the `#`.
 */
export function jsonErrorType(
  metadata: Metadata,
): (error: AwsError, shape: ErrorShape | undefined) => string {
  if (metadata.jsonVersion === "1.1") return (error, shape) => shape?.name ?? error.code;
  const own =
    NAMESPACES[metadata.serviceId] ??
    `com.amazonaws.${(metadata.signingName ?? metadata.serviceId).toLowerCase().replaceAll(" ", "")}`;
  return (error, shape) => {
    // What breaks the model is told by the framework, even where the service has an error of that name.
    const breaksModel = /^\d+ validation errors? detected/.test(error.message);
    if (shape) return `${(breaksModel && FRAMEWORK[shape.name]) || own}#${shape.name}`;
    const framework = Object.hasOwn(FRAMEWORK, error.code) ? FRAMEWORK[error.code] : undefined;
    const name = (metadata.serviceId === "SQS" && SQS_NAMES[error.code]) || error.code;
    return `${framework ?? own}#${name}`;
  };
}
