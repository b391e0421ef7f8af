import { type KmsReason, type KmsRefusal, reasonOfKms, wordsOfKms } from "../../aws/kms-refusal.ts";
import { AwsError, awsError } from "../../core/aws-error.ts";

/** A ValidationException with a message made on the spot. */
export const invalid = awsError("ValidationException", 400, (message: string) => message);
/** The commonest beginning of AWS's messages here. */
export const invalidParameter = awsError(
  "ValidationException",
  400,
  (why: string) => `One or more parameter values were invalid: ${why}`,
);

export const numberNotNumeric = awsError("ValidationException", 400, (text: string) =>
  text === ""
    ? "The parameter cannot be converted to a numeric value"
    : `The parameter cannot be converted to a numeric value: ${text}`,
);
export const numberOverflow = awsError(
  "ValidationException",
  400,
  "Number overflow. Attempting to store a number with magnitude larger than supported range",
);
export const numberUnderflow = awsError(
  "ValidationException",
  400,
  "Number underflow. Attempting to store a number with magnitude smaller than supported range",
);
export const numberTooPrecise = awsError(
  "ValidationException",
  400,
  "Attempting to store more than 38 significant digits in a Number",
);

export const emptyAttributeValue = awsError(
  "ValidationException",
  400,
  "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
);
export const ambiguousAttributeValue = awsError(
  "ValidationException",
  400,
  "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
);
export const emptyName = awsError(
  "ValidationException",
  400,
  "One or more parameter values were invalid: An attribute name may not be empty",
);
export const nestedTooDeep = awsError(
  "ValidationException",
  400,
  "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
);
export const itemTooLarge = awsError(
  "ValidationException",
  400,
  "Item size has exceeded the maximum allowed size",
);
export const updatedItemTooLarge = awsError(
  "ValidationException",
  400,
  "Item size to update has exceeded the maximum allowed size",
);

export const keyMismatch = awsError(
  "ValidationException",
  400,
  "The provided key element does not match the schema",
);
/** A key attribute that is empty: transactions, too, are refused outright for it and not cancelled. */
export const emptyKey = awsError("ValidationException", 400, (why: string) => `${EMPTY_KEY} ${why}`);
const EMPTY_KEY = "One or more parameter values are not valid.";
export const isEmptyKey = (error: AwsError): boolean => error.message.startsWith(EMPTY_KEY);

export const duplicateKeys = awsError(
  "ValidationException",
  400,
  "Provided list of item keys contains duplicates",
);
export const unknownIndex = awsError(
  "ValidationException",
  400,
  (index: string) => `The table does not have the specified index: ${index}`,
);
export const consistentIndexRead = awsError(
  "ValidationException",
  400,
  "Consistent reads are not supported on global secondary indexes",
);

export const wrongTableArn = awsError(
  "ValidationException",
  400,
  (arn: string) => `Invalid TableArn: Invalid ResourceArn provided as input ${arn}`,
);
export const foreignTable = awsError(
  "AccessDeniedException",
  400,
  (arn: string, { account, caller, operation }: Asking) => {
    const action = `dynamodb:${operation ?? "*"}`;
    return `User: ${caller?.arn ?? `arn:aws:iam::${account}:root`} is not authorized to perform: ${action} on resource: ${arn} because no resource-based policy allows the ${action} action`;
  },
);
interface Asking {
  readonly account: string;
  readonly caller?: { readonly arn: string };
  readonly operation?: string;
}

/** An operation on items of a table that is not there. */
export const tableNotFound = awsError("ResourceNotFoundException", 400, "Requested resource not found");
/** An operation on the table itself. */
export const tableNamedNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string) => `Requested resource not found: Table: ${name} not found`,
);
export const resourceNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (what: string) => `Requested resource not found: ${what}`,
);
export const tableExists = awsError(
  "ResourceInUseException",
  400,
  (name: string) => `Table already exists: ${name}`,
);
export const tableInUse = awsError(
  "ResourceInUseException",
  400,
  (name: string, doing: string) =>
    `Attempt to change a resource which is still in use: Table is being ${doing}: ${name}`,
);
export const tableProtected = awsError(
  "ValidationException",
  400,
  (arn: string) =>
    `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. Resource: ${arn}`,
);
export const limitExceeded = awsError("LimitExceededException", 400, (message: string) => message);

/** With the item as it is, when the caller asked for it (ReturnValuesOnConditionCheckFailure). */
export const conditionFailed = (item?: unknown): AwsError =>
  new AwsError("ConditionalCheckFailedException", "The conditional request failed", {
    members: item === undefined ? {} : { Item: item },
  });

export const duplicateItem = awsError("DuplicateItemException", 400, "Duplicate primary key exists in table");

export const throughputExceeded = awsError(
  "ProvisionedThroughputExceededException",
  400,
  "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
);
export const indexThroughputExceeded = awsError(
  "ProvisionedThroughputExceededException",
  400,
  "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API",
);

export const transactionConflict = awsError(
  "TransactionConflictException",
  400,
  "Transaction is ongoing for the item",
);
export const transactionInProgress = awsError(
  "TransactionInProgressException",
  400,
  "The transaction with the given request token is already in progress.",
);
export const idempotentMismatch = awsError(
  "IdempotentParameterMismatchException",
  400,
  "The transaction request with the given client token was used with different parameters.",
);

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}
/** One reason for each item of the transaction, in its order; `None` for those that did not cause it. */
export const transactionCanceled = (reasons: readonly CancellationReason[]): AwsError =>
  new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((r) => r.Code).join(", ")}]`,
    { members: { CancellationReasons: reasons } },
  );

const KMS_REFUSALS: Readonly<Partial<Record<KmsReason, readonly [code: string, words: string]>>> = {
  accessDenied: [
    "AccessDeniedException",
    "KMS key access denied error: com.amazonaws.services.kms.model.AWSKMSException",
  ],
  disabled: [
    "ValidationException",
    "KMS key disabled error: com.amazonaws.services.kms.model.DisabledException",
  ],
  throttled: [
    "ThrottlingException",
    "KMS throttling error: com.amazonaws.services.kms.model.AWSKMSException",
  ],
  internal: ["InternalServerError", "KMS internal error: com.amazonaws.services.kms.model.AWSKMSException"],
};

/** KMS does not let the table's key be used. DynamoDB tells what its own client of KMS threw. */
export const refusalOfKms: KmsRefusal = (error) => {
  const [code, words] = KMS_REFUSALS[reasonOfKms(error)] ?? [
    "ValidationException",
    `KMS validation error: com.amazonaws.services.kms.model.${error.code}`,
  ];
  const status = code === "InternalServerError" ? 500 : 400;
  return new AwsError(code, `${words}: ${wordsOfKms(error)}`, { status });
};
