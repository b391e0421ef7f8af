/**
 * What "throttled", "internal error" and "unavailable" are called where. Pure facts, with their sources:
 * - protocols: the "Common Errors" page that every AWS API reference has (InternalFailure 500, ServiceUnavailable 503,
 *   ThrottlingException 400; `Throttling` in the query protocol), and what each family of services answers in practice;
 * - EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html;
 * - S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html;
 * - DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html;
 * - the others: the error shapes in botocore's models and the services' API references.
 * A status here is only used for an error that the service's model does not have.
 */

export interface CommonErrorRow {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly members?: Readonly<Record<string, unknown>>;
}

export interface ThreeErrors {
  readonly throttle: CommonErrorRow;
  readonly internal: CommonErrorRow;
  readonly unavailable: CommonErrorRow;
}

const RETRY_AFTER = { "retry-after": "1" } as const;
const RATE_EXCEEDED = "Rate exceeded";
const INTERNAL = {
  code: "InternalFailure",
  status: 500,
  message: "The request processing has failed because of an unknown error, exception or failure.",
} as const;
const UNAVAILABLE = {
  code: "ServiceUnavailable",
  status: 503,
  message: "The request has failed due to a temporary failure of the server.",
} as const;

const JSON_ERRORS: ThreeErrors = {
  throttle: { code: "ThrottlingException", status: 400, message: RATE_EXCEEDED },
  internal: INTERNAL,
  unavailable: UNAVAILABLE,
};
const QUERY_ERRORS: ThreeErrors = {
  throttle: { code: "Throttling", status: 400, message: RATE_EXCEEDED },
  internal: INTERNAL,
  unavailable: UNAVAILABLE,
};

export const PROTOCOLS: Readonly<Record<string, ThreeErrors>> = {
  json: JSON_ERRORS,
  "smithy-rpc-v2-cbor": JSON_ERRORS,
  query: QUERY_ERRORS,
  "rest-xml": QUERY_ERRORS,
  ec2: {
    throttle: { code: "RequestLimitExceeded", status: 503, message: "Request limit exceeded." },
    internal: { code: "InternalError", status: 500, message: "An internal error has occurred" },
    unavailable: {
      code: "Unavailable",
      status: 503,
      message: "The server is overloaded and can't handle the request.",
    },
  },
  "rest-json": {
    throttle: { code: "ThrottlingException", status: 429, message: RATE_EXCEEDED, headers: RETRY_AFTER },
    internal: INTERNAL,
    unavailable: { ...UNAVAILABLE, code: "ServiceUnavailableException", headers: RETRY_AFTER },
  },
};

/** Names under which models have these errors, the most usual first. */
export const MODELLED_NAMES: Readonly<Record<keyof ThreeErrors, readonly string[]>> = {
  throttle: [
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestThrottledException",
    "RequestThrottled",
    "RequestLimitExceeded",
    "RequestLimitExceededException",
    "Throttling",
    "Throttled",
  ],
  internal: [
    "InternalServerError",
    "InternalServerException",
    "InternalServiceException",
    "InternalServiceError",
    "InternalServiceErrorException",
    "InternalServerErrorException",
    "InternalServiceFault",
    "InternalFailureException",
    "InternalFailure",
    "InternalErrorException",
    "InternalException",
    "InternalError",
    "ServiceFailureException",
    "ServiceFailure",
    "ServiceException",
    "ServerException",
    "KMSInternalException",
  ],
  unavailable: [
    "ServiceUnavailableException",
    "ServiceUnavailable",
    "ServiceUnavailableError",
    "UnavailableException",
  ],
};

export const DYNAMODB_CONTROL_PLANE: CommonErrorRow = {
  code: "ThrottlingException",
  status: 400,
  message: "Rate of requests exceeds the allowed throughput.",
};

export const KINESIS_CONTROL_PLANE: CommonErrorRow = {
  code: "LimitExceededException",
  status: 400,
  message: RATE_EXCEEDED,
};

const TOO_MANY_REQUESTS: CommonErrorRow = {
  code: "TooManyRequestsException",
  status: 429,
  message: "Too Many Requests",
  headers: RETRY_AFTER,
};

export const SERVICES: Readonly<Record<string, Partial<ThreeErrors>>> = {
  apigateway: {
    throttle: TOO_MANY_REQUESTS,
    unavailable: {
      code: "ServiceUnavailableException",
      status: 503,
      message: "The requested service is not available.",
      headers: RETRY_AFTER,
    },
  },
  apigatewayv2: { throttle: TOO_MANY_REQUESTS },
  cloudwatch: {
    // Not modelled; the JSON and CBOR forms of the service kept the query protocol's code.
    throttle: QUERY_ERRORS.throttle,
    internal: { ...INTERNAL, code: "InternalServiceFault" },
  },
  dynamodb: {
    throttle: {
      code: "ProvisionedThroughputExceededException",
      status: 400,
      message:
        "The level of configured provisioned throughput for the table was exceeded. " +
        "Consider increasing your provisioning level with the UpdateTable API.",
    },
    internal: {
      code: "InternalServerError",
      status: 500,
      message: "The server encountered an internal error trying to fulfill the request.",
    },
    unavailable: {
      code: "ServiceUnavailable",
      status: 503,
      message: "DynamoDB is currently unavailable. (This should be a temporary state.)",
    },
  },
  dynamodbstreams: {
    throttle: DYNAMODB_CONTROL_PLANE,
    internal: {
      code: "InternalServerError",
      status: 500,
      message: "The server encountered an internal error trying to fulfill the request.",
    },
  },
  "execute-api": {
    throttle: { code: "TooManyRequestsException", status: 429, message: "Too Many Requests" },
    internal: { code: "InternalServerErrorException", status: 500, message: "Internal server error" },
    unavailable: { code: "ServiceUnavailableException", status: 503, message: "Service Unavailable" },
  },
  kinesis: {
    throttle: {
      code: "ProvisionedThroughputExceededException",
      status: 400,
      message: "Rate exceeded for shard.",
    },
    // InternalFailureException in the model is for event streams only.
    internal: INTERNAL,
  },
  lambda: {
    throttle: {
      code: "TooManyRequestsException",
      status: 429,
      message: "Rate Exceeded.",
      headers: RETRY_AFTER,
      members: { Reason: "CallerRateLimitExceeded", Type: "User" },
    },
    internal: {
      code: "ServiceException",
      status: 500,
      message: "The Lambda service encountered an internal error.",
      members: { Type: "Service" },
    },
    unavailable: {
      code: "ServiceUnavailableException",
      status: 503,
      message: "Service is currently unavailable. Please try again.",
      headers: RETRY_AFTER,
    },
  },
  s3: {
    throttle: { code: "SlowDown", status: 503, message: "Please reduce your request rate." },
    internal: {
      code: "InternalError",
      status: 500,
      message: "We encountered an internal error. Please try again.",
    },
    unavailable: { code: "ServiceUnavailable", status: 503, message: "Service is unable to handle request." },
  },
  sns: {
    throttle: {
      code: "ThrottledException",
      status: 429,
      message: RATE_EXCEEDED,
    },
  },
  sqs: {
    throttle: { code: "RequestThrottled", status: 400, message: "Request is throttled." },
  },
};

/** Statuses of errors that models do not have, by service; `*` for those that mean the same everywhere. */
export const STATUSES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "*": {
    AccessDenied: 403,
    AccessDeniedException: 403,
    ExpiredToken: 403,
    ExpiredTokenException: 403,
    IncompleteSignature: 400,
    InternalError: 500,
    InternalFailure: 500,
    InternalServerError: 500,
    InvalidAccessKeyId: 403,
    InvalidClientTokenId: 403,
    MissingAuthenticationToken: 403,
    NotAuthorized: 401,
    OptInRequired: 403,
    RequestExpired: 400,
    RequestTimeout: 408,
    RequestTimeoutException: 408,
    ServiceUnavailable: 503,
    ServiceUnavailableException: 503,
    SignatureDoesNotMatch: 403,
    SlowDown: 503,
    TooManyRequestsException: 429,
    UnrecognizedClientException: 400,
  },
  dynamodb: {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html lists these as 400.
    AccessDeniedException: 400,
  },
  ec2: {
    InsufficientInstanceCapacity: 500,
    InternalFailure: 500,
    RequestLimitExceeded: 503,
    Unavailable: 503,
    UnauthorizedOperation: 403,
    AuthFailure: 401,
    Blocked: 403,
  },
  s3: {
    AccountProblem: 403,
    AllAccessDisabled: 403,
    BucketAlreadyExists: 409,
    BucketAlreadyOwnedByYou: 409,
    BucketNotEmpty: 409,
    BadDigest: 400,
    EntityTooLarge: 400,
    EntityTooSmall: 400,
    ExpiredToken: 400,
    InvalidObjectState: 403,
    InvalidRange: 416,
    MethodNotAllowed: 405,
    MissingContentLength: 411,
    NoSuchBucket: 404,
    NoSuchKey: 404,
    NoSuchUpload: 404,
    NoSuchVersion: 404,
    OperationAborted: 409,
    PermanentRedirect: 301,
    PreconditionFailed: 412,
    RequestTimeTooSkewed: 403,
    RequestTimeout: 400,
    TemporaryRedirect: 307,
  },
};
