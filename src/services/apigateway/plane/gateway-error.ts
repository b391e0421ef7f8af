import type { GatewayResponseType } from "../../../models/generated/apigateway.ts";

/** What API Gateway itself answers: a gateway response of some type, before its customisation. */
export class GatewayError extends Error {
  readonly type: GatewayResponseType;
  readonly status: number;
  /** The value of `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** For BAD_REQUEST_BODY: `$context.error.validationErrorString`. */
  readonly validation?: string;
  /** Null where AWS's body has `"message":null`. */
  readonly text: string | null;
  /** For the execution log only. */
  readonly reason?: string;

  constructor(
    type: GatewayResponseType,
    status: number,
    errorType: string,
    text: string | null,
    more: { validation?: string; reason?: string } = {},
  ) {
    super(more.reason ?? text ?? type);
    this.type = type;
    this.status = status;
    this.errorType = errorType;
    this.text = text;
    this.validation = more.validation;
    this.reason = more.reason;
  }
}

/** The types, their statuses and texts: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
export const forbidden = () => new GatewayError("ACCESS_DENIED", 403, "ForbiddenException", "Forbidden");
export const missingToken = () =>
  new GatewayError(
    "MISSING_AUTHENTICATION_TOKEN",
    403,
    "MissingAuthenticationTokenException",
    "Missing Authentication Token",
  );
export const accessDenied = (explicit: boolean) =>
  new GatewayError(
    "ACCESS_DENIED",
    403,
    "AccessDeniedException",
    explicit
      ? "User is not authorized to access this resource with an explicit deny"
      : "User is not authorized to access this resource",
  );
export const policyDenied = (caller: string, arn: string, explicit: boolean) =>
  new GatewayError(
    "ACCESS_DENIED",
    403,
    "AccessDeniedException",
    `User: ${caller} is not authorized to perform: execute-api:Invoke on resource: ${arn}${explicit ? " with an explicit deny" : ""}`,
  );
export const unauthorized = (reason?: string) =>
  new GatewayError("UNAUTHORIZED", 401, "UnauthorizedException", "Unauthorized", { reason });
export const tokenExpired = () =>
  new GatewayError("EXPIRED_TOKEN", 401, "UnauthorizedException", "The incoming token has expired");
export const invalidApiKey = () =>
  new GatewayError("INVALID_API_KEY", 403, "ForbiddenException", "Forbidden");
export const throttled = () =>
  new GatewayError("THROTTLED", 429, "TooManyRequestsException", "Too Many Requests");
export const quotaExceeded = () =>
  new GatewayError("QUOTA_EXCEEDED", 429, "LimitExceededException", "Limit Exceeded");
export const badParameters = (names: readonly string[]) =>
  new GatewayError(
    "BAD_REQUEST_PARAMETERS",
    400,
    "BadRequestException",
    `Missing required request parameters: [${names.join(", ")}]`,
  );
export const badBody = (validation: string) =>
  new GatewayError("BAD_REQUEST_BODY", 400, "BadRequestException", "Invalid request body", { validation });
export const unsupportedMediaType = () =>
  new GatewayError("UNSUPPORTED_MEDIA_TYPE", 415, "UnsupportedMediaTypeException", "Unsupported Media Type");
export const requestTooLarge = (limit: number) =>
  new GatewayError(
    "REQUEST_TOO_LARGE",
    413,
    "RequestTooLargeException",
    `HTTP content length exceeded ${limit} bytes.`,
  );
export const timedOut = () =>
  new GatewayError("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", "Endpoint request timed out");
export const networkError = (reason: string) =>
  new GatewayError(
    "INTEGRATION_FAILURE",
    504,
    "InternalServerErrorException",
    "Network error communicating with endpoint",
    { reason },
  );
/** A backend that failed, or answered what cannot be understood. */
export const badGateway = (reason: string) =>
  new GatewayError("DEFAULT_5XX", 502, "InternalServerErrorException", "Internal server error", { reason });
export const internalError = (reason: string) =>
  new GatewayError("DEFAULT_5XX", 500, "InternalServerErrorException", "Internal server error", { reason });
/** An API that cannot work as it is configured. */
export const configurationError = (reason: string) =>
  new GatewayError("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", "Internal server error", {
    reason,
  });
export const invalidEndpoint = () =>
  configurationError("Execution failed due to configuration error: Invalid endpoint address");
export const authorizerFailed = (reason: string) =>
  new GatewayError("AUTHORIZER_FAILURE", 500, "AuthorizerFailureException", null, { reason });
export const authorizerMisconfigured = (reason: string) =>
  new GatewayError("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", null, {
    reason,
  });
