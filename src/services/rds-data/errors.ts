import { AwsError, awsError } from "../../core/aws-error.ts";

/**
 * Errors of the RDS Data API, in the words that it has for Aurora Serverless v2 and provisioned clusters:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.troubleshooting.html and data-api.differences.html.
 * Texts of errors that are known by their descriptions alone are those descriptions.
 */

const validation = (message: string) => awsError("ValidationException", 400, message);

export const schemaNotSupported = validation("The schema parameter isn't supported");
export const multistatements = validation("Multistatements aren't supported.");
export const arrayParameters = validation("Array parameters are not supported.");
/** Inferred. */
export const continuesInTransaction = validation(
  "continueAfterTimeout isn't supported for a statement in a transaction.",
);
/** Inferred. */
export const otherDatabase = validation("Database name is not the same as transaction's.");

/** Inferred. */
export const otherSecret = validation("Secret ARN is not the same as transaction's.");

/** As ExecuteSql has answered since April 2019. */
export const executeSqlIsGone = awsError(
  "BadRequestException",
  400,
  "This API is deprecated and not available. Use ExecuteStatement API instead",
);
/** The text is Aurora Serverless v1's. */
export const jsonTooLarge = awsError(
  "BadRequestException",
  400,
  "Database returned more than the allowed response size limit",
);
/** The text is Aurora Serverless v1's: https://github.com/aws-amplify/amplify-cli/issues/5418 */
export const noFieldSet = awsError(
  "BadRequestException",
  400,
  (name: string) => `Parameter "${name}" has value with no field set`,
);
/** Inferred from that: a value is a union. */
export const severalFieldsSet = awsError(
  "BadRequestException",
  400,
  (name: string) => `Parameter "${name}" has value with more than one field set`,
);
export const httpEndpointNotEnabled = awsError(
  "HttpEndpointNotEnabledException",
  400,
  (arn: string) => `HttpEndpoint is not enabled for resource ${arn}`,
);
export const databaseNotFound = awsError(
  "DatabaseNotFoundException",
  404,
  "The DB cluster doesn't have a DB instance.",
);
export const databaseUnavailable = awsError(
  "DatabaseUnavailableException",
  504,
  "The writer instance in the DB cluster isn't available.",
);
export const databaseResuming = awsError(
  "DatabaseResumingException",
  400,
  (arn: string) =>
    `The Aurora DB instance ${arn} is resuming after being auto-paused. Please wait a few seconds and try again.`,
);
export const invalidResourceState = awsError(
  "InvalidResourceStateException",
  400,
  "The resource is in an invalid state.",
);
export const databaseError = awsError("DatabaseErrorException", 400, (message: string) => message);
export const transactionIsBusy = () => databaseError("Transaction is still running a query");

/** Why a transaction is not there. */
export const ENDINGS = {
  expired: "Transaction may be expired.",
  ended: "One previous call resulted in a termination of your transaction.",
  aborted: "Transaction has been aborted due to an error from a previous call.",
} as const;
export type Ending = keyof typeof ENDINGS;

/** AWS appends the cause to its message; how, is inferred. */
export const transactionNotFound = awsError(
  "TransactionNotFoundException",
  404,
  (id: string, ending: Ending) => `Transaction ${id} is not found. ${ENDINGS[ending]}`,
);

export const statementTimeout = (dbConnectionId: number | undefined): AwsError =>
  new AwsError("StatementTimeoutException", "Request timed out", {
    status: 400,
    members: dbConnectionId === undefined ? {} : { dbConnectionId },
  });

export const accessDenied = awsError("AccessDeniedException", 403, (message: string) => message);
/** The text is Aurora Serverless v1's. */
export const secretsError = awsError(
  "SecretsErrorException",
  400,
  (arn: string, reason: string) => `Error fetching secret ${arn} : ${reason}`,
);
/** Inferred. */
export const invalidSecret = awsError(
  "InvalidSecretException",
  400,
  (arn: string) => `The secret ${arn} isn't a JSON object with a username and a password.`,
);

const unsupported = (message: string) => awsError("UnsupportedResultException", 400, message);

export const unsupportedType = awsError(
  "UnsupportedResultException",
  400,
  (type: string) => `The result contains the unsupported data type ${type}.`,
);
export const multidimensionalArray = unsupported("The result contains a multidimensional array.");
export const resultTooLarge = unsupported("The result exceeds the size limit 1 MB.");
/** AWS refuses it; in which words, is inferred. */
export const sameLabels = unsupported(
  "The result can't be formatted as JSON because several of its columns have the same label.",
);
/** What a time without end (`infinity`) ends in, without a word. */
export const internalFailure = awsError("InternalServerErrorException", 500, "");
