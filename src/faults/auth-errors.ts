import { AwsError } from "../core/aws-error.ts";
import { isRpc } from "./common-errors.ts";

/**
 * How services refuse who did not sign right. Query services say it in STS's words; JSON, CBOR and REST JSON services add
 * "Exception" and have two names of their own; EC2 and S3 have their own lists:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
 */

/** A signature's time is too far from the service's: no code on the wire, but what `refusalOf` puts in each service's words. */
export const SKEWED = "ClockSkewed";

interface Words {
  readonly code: string;
  readonly status?: number;
  readonly message?: string;
}

const QUERY: Readonly<Record<string, Words>> = {
  InvalidToken: { code: "InvalidClientTokenId", status: 403 },
  [SKEWED]: { code: "SignatureDoesNotMatch", status: 403 },
};
const EXCEPTIONS: Readonly<Record<string, Words>> = {
  ExpiredToken: { code: "ExpiredTokenException" },
  IncompleteSignature: { code: "IncompleteSignatureException" },
  InvalidClientTokenId: { code: "UnrecognizedClientException" },
  InvalidToken: { code: "UnrecognizedClientException" },
  MissingAuthenticationToken: { code: "MissingAuthenticationTokenException" },
  SignatureDoesNotMatch: { code: "InvalidSignatureException" },
  [SKEWED]: { code: "InvalidSignatureException" },
};
const NOT_VALIDATED: Words = {
  code: "AuthFailure",
  status: 401,
  message: "AWS was not able to validate the provided access credentials",
};
const EXPIRED: Words = { code: "RequestExpired", status: 400, message: "Request has expired." };
const EC2: Readonly<Record<string, Words>> = {
  InvalidToken: NOT_VALIDATED,
  ExpiredToken: EXPIRED,
  InvalidClientTokenId: NOT_VALIDATED,
  SignatureDoesNotMatch: NOT_VALIDATED,
  [SKEWED]: EXPIRED,
};
const S3: Readonly<Record<string, Words>> = {
  ExpiredToken: { code: "ExpiredToken", status: 400, message: "The provided token has expired." },
  InvalidClientTokenId: {
    code: "InvalidAccessKeyId",
    status: 403,
    message: "The AWS Access Key Id you provided does not exist in our records.",
  },
  InvalidToken: {
    code: "InvalidToken",
    status: 400,
    message: "The provided token is malformed or otherwise invalid.",
  },
  SignatureDoesNotMatch: {
    code: "SignatureDoesNotMatch",
    status: 403,
    message:
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  },
  MissingAuthenticationToken: { code: "AccessDenied", status: 403, message: "Access Denied" },
  [SKEWED]: {
    code: "RequestTimeTooSkewed",
    status: 403,
    message: "The difference between the request time and the current time is too large.",
  },
};

/** An error about credentials or signatures, given in STS's words, in a service's words and status; any other as it is. */
export function refusalOf(error: AwsError, service: string, protocol: string): AwsError {
  const words = wordsOf(service, protocol)[error.code];
  if (words === undefined) return error;
  const { code, status = isRpc(protocol) ? 400 : 403, message = error.message } = words;
  const { members, headers } = error;
  return new AwsError(code, message, { status, members, headers });
}

function wordsOf(service: string, protocol: string): Readonly<Record<string, Words>> {
  if (service === "s3") return S3;
  // SQS left the query protocol, but not its names: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
  if (service === "sqs") return QUERY;
  if (protocol === "ec2") return EC2;
  return isRpc(protocol) || protocol === "rest-json" ? EXCEPTIONS : QUERY;
}
