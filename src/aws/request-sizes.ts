import { AwsError } from "../core/aws-error.ts";

/** How large the bodies of a service's requests may be, before anything of them is read. Pure data, of a declaration. */
export interface RequestSizes {
  /** Bytes of a body. Above what its largest legal input takes on the wire: what is too large for its kind, the handler says. */
  readonly mostBytes: number;
  /** Operations that have a limit of their own. */
  readonly operations?: Readonly<Record<string, number>>;
  /** What the service's front end says. Default: `RequestEntityTooLarge`, as most of AWS's do. */
  readonly refusal?: SizeRefusal;
}

/** An error in the service's protocol, or the plain text with which a front end answers that does not know any. */
export type SizeRefusal = (refused: RefusedSize) => AwsError | string;

export interface RefusedSize {
  readonly operation: string;
  /** What it has, as far as it has come or is announced. */
  readonly bytes: number;
  readonly mostBytes: number;
}

/** What a service may be sent that says nothing else: a policy, a document or a state of a megabyte, escaped. */
const DEFAULT: RequestSizes = { mostBytes: 4 * 1024 * 1024 };

/** @returns the refusal of a body that is too large; undefined for one that is not */
export function refusalOfSize(
  sizes: RequestSizes | undefined,
  operation: string,
  bytes: number,
): AwsError | string | undefined {
  const mostBytes = mostBytesOf(sizes, operation);
  if (bytes <= mostBytes) return undefined;
  return (sizes?.refusal ?? requestEntityTooLarge)({ operation, bytes, mostBytes });
}

export function mostBytesOf(sizes: RequestSizes = DEFAULT, operation: string): number {
  const { operations = {}, mostBytes } = sizes;
  return Object.hasOwn(operations, operation) ? (operations[operation] ?? mostBytes) : mostBytes;
}

/** As CloudWatch says it: `Request size 639468 exceeded 614400 bytes`. */
const requestEntityTooLarge: SizeRefusal = ({ bytes, mostBytes }) =>
  new AwsError("RequestEntityTooLarge", `Request size ${bytes} exceeded ${mostBytes} bytes`, { status: 413 });

/** As SQS and API Gateway say it, in no protocol. */
export const contentLengthExceeded: SizeRefusal = ({ mostBytes }) =>
  `HTTP content length exceeded ${mostBytes} bytes.`;

/** DynamoDB and Kinesis close without a word. */
export const withoutWords: SizeRefusal = () => "";

/** S3's: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
export const maxMessageLengthExceeded: SizeRefusal = () =>
  new AwsError("MaxMessageLengthExceeded", "Your request was too big.", { status: 400 });
