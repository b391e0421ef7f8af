/** Codes that SDKs take for throttling: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const THROTTLES: ReadonlySet<string> = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottledException",
  "RequestThrottled",
  "TooManyRequestsException",
  "ProvisionedThroughputExceededException",
  "TransactionInProgressException",
  "RequestLimitExceeded",
  "BandwidthLimitExceeded",
  "LimitExceededException",
  "SlowDown",
  "PriorRequestNotComplete",
  "EC2ThrottledException",
]);

/** Codes below 500 that SDKs try again, beside throttling. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "RequestTimeout",
  "RequestTimeoutException",
  "IDPCommunicationError",
  "BadDigest",
  "RequestTimeTooSkewed",
  "RequestExpired",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "TransactionConflictException",
]);

export const isThrottle = (code: string | undefined): boolean => code !== undefined && THROTTLES.has(code);
export const isTransient = (code: string | undefined): boolean => code !== undefined && TRANSIENT.has(code);
