/**
 * What "throttled", "internal error" and "unavailable" are called where: the one source for cold and warm services alike.
 * Each row says where it is from. Where documentation and reality differ, reality wins.
 * docs/fidelity.md is made from this table and the models.
 */

/**
 * How sure a row is: `recorded` on the wire of AWS, `reported` by those who met it there, `documented` by AWS, or
 * `inferred` from the same family of services.
 */
export type Certainty = "recorded" | "reported" | "documented" | "inferred";

export interface CommonErrorRow {
  readonly code: string;
  /** Used only where the service's model does not have the error: the model's status wins. */
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly members?: Readonly<Record<string, unknown>>;
  /** The operations that say so; absent: all that no row before it named. */
  readonly operations?: RegExp;
  readonly certainty: Certainty;
  /** A page of AWS's documentation, or where it was seen. */
  readonly source: string;
}

export type CommonErrorKind = "throttle" | "internal" | "unavailable";
export type ThreeErrors = Readonly<Record<CommonErrorKind, CommonErrorRow>>;

const reference = (path: string) =>
  ({ certainty: "documented", source: `https://docs.aws.amazon.com/${path}` }) as const;
const recorded = (source: string) => ({ certainty: "recorded", source }) as const;
const reported = (source: string) => ({ certainty: "reported", source }) as const;
const inferred = (source: string) => ({ certainty: "inferred", source }) as const;

const COMMON_ERRORS = reference("AWSSimpleQueueService/latest/APIReference/CommonErrors.html");
const RETRY_AFTER = { "retry-after": "1" } as const;
const RATE_EXCEEDED = "Rate exceeded";
const INTERNAL = {
  code: "InternalFailure",
  status: 500,
  message: "The request processing has failed because of an unknown error, exception or failure.",
  ...COMMON_ERRORS,
} as const;
const UNAVAILABLE = {
  code: "ServiceUnavailable",
  status: 503,
  message: "The request has failed due to a temporary failure of the server.",
  ...COMMON_ERRORS,
} as const;

const JSON_ERRORS: ThreeErrors = {
  throttle: { code: "ThrottlingException", status: 400, message: RATE_EXCEEDED, ...COMMON_ERRORS },
  internal: INTERNAL,
  unavailable: UNAVAILABLE,
};
/** The pages of query services say ThrottlingException; their wire has always said Throttling, and SDKs know both. */
const QUERY_THROTTLE = {
  code: "Throttling",
  status: 400,
  message: RATE_EXCEEDED,
  ...reported("IAM, STS, CloudFormation and Auto Scaling under load: <Code>Throttling</Code>, Rate exceeded"),
} as const;
const QUERY_ERRORS: ThreeErrors = { throttle: QUERY_THROTTLE, internal: INTERNAL, unavailable: UNAVAILABLE };

const EC2_ERRORS = reference("AWSEC2/latest/APIReference/errors-overview.html");

const commonErrors = (book: string) => reference(`${book}/CommonErrors.html`);

/** A JSON service whose pages have the common errors, and whose operations declare an internal error of its own. */
const ownErrors = (book: string, internal: { code: string; page: string }) => ({
  throttle: [{ ...JSON_ERRORS.throttle, ...commonErrors(book) }],
  internal: [{ ...INTERNAL, code: internal.code, ...reference(`${book}/${internal.page}`) }],
  unavailable: [{ ...UNAVAILABLE, ...commonErrors(book) }],
});

/** A REST service that declares its throttle. */
const restThrottle = (page: string): CommonErrorRow => ({
  code: "ThrottlingException",
  status: 429,
  message: RATE_EXCEEDED,
  headers: RETRY_AFTER,
  ...reference(page),
});

export const PROTOCOLS: Readonly<Record<string, ThreeErrors>> = {
  json: JSON_ERRORS,
  "smithy-rpc-v2-cbor": JSON_ERRORS,
  query: QUERY_ERRORS,
  "rest-xml": QUERY_ERRORS,
  ec2: {
    throttle: {
      code: "RequestLimitExceeded",
      status: 503,
      message: "Request limit exceeded.",
      ...EC2_ERRORS,
    },
    internal: {
      code: "InternalError",
      status: 500,
      message: "An internal error has occurred",
      ...EC2_ERRORS,
    },
    unavailable: {
      code: "Unavailable",
      status: 503,
      message: "The server is overloaded and can't handle the request.",
      ...EC2_ERRORS,
    },
  },
  "rest-json": {
    throttle: {
      code: "ThrottlingException",
      status: 429,
      message: RATE_EXCEEDED,
      headers: RETRY_AFTER,
      ...inferred("most REST JSON services model ThrottlingException with 429 and retryAfterSeconds"),
    },
    internal: INTERNAL,
    unavailable: {
      ...UNAVAILABLE,
      code: "ServiceUnavailableException",
      headers: RETRY_AFTER,
      ...inferred("most REST JSON services that model it call it so"),
    },
  },
};

/** Names under which models have these errors, the most usual first. */
export const MODELLED_NAMES: Readonly<Record<CommonErrorKind, readonly string[]>> = {
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

const DYNAMODB = reference("amazondynamodb/latest/developerguide/Programming.Errors.html");
/** Reads and writes run out of the table's capacity; the control plane has a request rate of its own. */
const DYNAMODB_CAPACITY = /Item|Query|Scan|Statement|Transact|SearchVectors/;
const DYNAMODB_THROTTLE: CommonErrorRow = {
  code: "ThrottlingException",
  status: 400,
  message: "Rate of requests exceeds the allowed throughput.",
  ...DYNAMODB,
};
const DYNAMODB_INTERNAL: CommonErrorRow = {
  code: "InternalServerError",
  status: 500,
  message: "The server encountered an internal error trying to fulfill the request.",
  ...DYNAMODB,
};

const API_GATEWAY = reference("apigateway/latest/api/CommonErrors.html");
const TOO_MANY_REQUESTS: CommonErrorRow = {
  code: "TooManyRequestsException",
  status: 429,
  message: "Too Many Requests",
  headers: RETRY_AFTER,
  ...API_GATEWAY,
};
const GATEWAY_RESPONSES = reference("apigateway/latest/developerguide/supported-gateway-response-types.html");
const S3 = reference("AmazonS3/latest/API/ErrorResponses.html");
const KINESIS = reference("kinesis/latest/APIReference/API_PutRecord.html");
const LAMBDA = reference("lambda/latest/api/API_Invoke.html");
const FUNCTION_URL = reference("lambda/latest/dg/urls-invocation.html");

/** What a service says, whatever its model says. The first row whose `operations` has the operation counts. */
export const SERVICES: Readonly<
  Record<string, Readonly<Partial<Record<CommonErrorKind, readonly CommonErrorRow[]>>>>
> = {
  apigateway: {
    throttle: [TOO_MANY_REQUESTS],
    unavailable: [
      {
        code: "ServiceUnavailableException",
        status: 503,
        message: "The requested service is not available.",
        headers: RETRY_AFTER,
        ...API_GATEWAY,
      },
    ],
  },
  apigatewayv2: { throttle: [TOO_MANY_REQUESTS] },
  cloudformation: {
    throttle: [QUERY_THROTTLE],
    internal: [{ ...INTERNAL, ...commonErrors("AWSCloudFormation/latest/APIReference") }],
    unavailable: [{ ...UNAVAILABLE, ...commonErrors("AWSCloudFormation/latest/APIReference") }],
  },
  cloudwatch: {
    // Not modelled; the JSON and CBOR forms of the service kept the query protocol's code.
    throttle: [QUERY_THROTTLE],
    internal: [
      {
        ...INTERNAL,
        code: "InternalServiceFault",
        ...reference("AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"),
      },
    ],
  },
  dynamodb: {
    throttle: [
      {
        operations: DYNAMODB_CAPACITY,
        code: "ProvisionedThroughputExceededException",
        status: 400,
        message:
          "The level of configured provisioned throughput for the table was exceeded. " +
          "Consider increasing your provisioning level with the UpdateTable API.",
        ...reported("GetItem and PutItem of a table over its provisioned capacity"),
      },
      DYNAMODB_THROTTLE,
    ],
    internal: [DYNAMODB_INTERNAL],
    unavailable: [
      {
        code: "ServiceUnavailable",
        status: 503,
        message: "DynamoDB is currently unavailable. (This should be a temporary state.)",
        ...DYNAMODB,
      },
    ],
  },
  dynamodbstreams: { throttle: [DYNAMODB_THROTTLE], internal: [DYNAMODB_INTERNAL] },
  events: ownErrors("eventbridge/latest/APIReference", {
    code: "InternalException",
    page: "API_PutEvents.html",
  }),
  "execute-api": {
    throttle: [
      { code: "TooManyRequestsException", status: 429, message: "Too Many Requests", ...GATEWAY_RESPONSES },
    ],
    internal: [
      {
        code: "InternalServerErrorException",
        status: 500,
        message: "Internal server error",
        ...GATEWAY_RESPONSES,
      },
    ],
    unavailable: [
      {
        code: "ServiceUnavailableException",
        status: 503,
        message: "Service Unavailable",
        ...reference("apigateway/latest/developerguide/http-api-troubleshooting-lambda.html"),
      },
    ],
  },
  iam: {
    internal: [
      { ...INTERNAL, code: "ServiceFailure", ...reference("IAM/latest/APIReference/API_CreateRole.html") },
    ],
  },
  kinesis: {
    throttle: [
      {
        operations: /Record|SubscribeToShard/,
        code: "ProvisionedThroughputExceededException",
        status: 400,
        message: "Rate exceeded for shard.",
        ...KINESIS,
      },
      {
        code: "LimitExceededException",
        status: 400,
        message: RATE_EXCEEDED,
        ...reference("kinesis/latest/APIReference/API_DescribeStream.html"),
      },
    ],
    // InternalFailureException in the model is for event streams only.
    internal: [INTERNAL],
  },
  kms: {
    throttle: [
      {
        code: "ThrottlingException",
        status: 400,
        message: "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
        ...reference("kms/latest/developerguide/throttling.html"),
      },
    ],
    internal: [
      { ...INTERNAL, code: "KMSInternalException", ...reference("kms/latest/APIReference/API_Encrypt.html") },
    ],
    unavailable: [{ ...UNAVAILABLE, ...commonErrors("kms/latest/APIReference") }],
  },
  lambda: {
    throttle: [
      {
        code: "TooManyRequestsException",
        status: 429,
        message: "Rate Exceeded.",
        headers: RETRY_AFTER,
        members: { Reason: "CallerRateLimitExceeded", Type: "User" },
        ...recorded("Invoke of a function over its reserved concurrency, whose Reason is another"),
      },
    ],
    internal: [
      {
        code: "ServiceException",
        status: 500,
        message: "The Lambda service encountered an internal error.",
        members: { Type: "Service" },
        ...LAMBDA,
      },
    ],
    unavailable: [
      {
        code: "ServiceUnavailableException",
        status: 503,
        message: "Service is currently unavailable. Please try again.",
        headers: RETRY_AFTER,
        ...inferred("REST JSON services under load"),
      },
    ],
  },
  "lambda-url": {
    throttle: [
      {
        code: "TooManyRequestsException",
        status: 429,
        message: "Rate Exceeded.",
        ...FUNCTION_URL,
      },
    ],
    internal: [
      {
        code: "InternalServerErrorException",
        status: 500,
        message: "Internal Server Error",
        ...FUNCTION_URL,
      },
    ],
    unavailable: [
      {
        code: "ServiceUnavailableException",
        status: 503,
        message: "Service Unavailable",
        ...inferred("the other statuses of function URLs"),
      },
    ],
  },
  pipes: {
    throttle: [restThrottle("eventbridge/latest/pipes-reference/API_CreatePipe.html")],
    internal: [
      {
        ...INTERNAL,
        code: "InternalException",
        ...reference("eventbridge/latest/pipes-reference/API_CreatePipe.html"),
      },
    ],
  },
  s3: {
    throttle: [{ code: "SlowDown", status: 503, message: "Please reduce your request rate.", ...S3 }],
    internal: [
      {
        code: "InternalError",
        status: 500,
        message: "We encountered an internal error. Please try again.",
        ...S3,
      },
    ],
    unavailable: [
      { code: "ServiceUnavailable", status: 503, message: "Service is unable to handle request.", ...S3 },
    ],
  },
  scheduler: {
    throttle: [restThrottle("scheduler/latest/APIReference/API_CreateSchedule.html")],
    internal: [
      {
        ...INTERNAL,
        code: "InternalServerException",
        ...reference("scheduler/latest/APIReference/API_CreateSchedule.html"),
      },
    ],
  },
  secretsmanager: ownErrors("secretsmanager/latest/apireference", {
    code: "InternalServiceError",
    page: "API_GetSecretValue.html",
  }),
  sns: {
    // The model has ThrottledException (Throttled, 429), which nobody has met, and which two SDKs do not try again.
    throttle: [{ ...QUERY_THROTTLE, ...reported("Publish and Subscribe over their rate") }],
    internal: [
      {
        ...INTERNAL,
        code: "InternalErrorException",
        ...reference("sns/latest/api/API_Publish.html"),
      },
    ],
  },
  sqs: {
    throttle: [
      {
        code: "RequestThrottled",
        status: 400,
        message: "Request is throttled.",
        ...reference("AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"),
      },
    ],
  },
  ssm: ownErrors("systems-manager/latest/APIReference", {
    code: "InternalServerError",
    page: "API_GetParameter.html",
  }),
  stepfunctions: ownErrors("step-functions/latest/apireference", {
    code: "InternalFailure",
    page: "CommonErrors.html",
  }),
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
