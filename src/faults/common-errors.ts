import { AwsError } from "../core/aws-error.ts";
import { sure } from "../core/sure.ts";
import {
  type CommonErrorKind,
  type CommonErrorRow,
  MODELLED_NAMES,
  PROTOCOLS,
  SERVICES,
  STATUSES,
} from "./common-errors-table.ts";

export type { CommonErrorKind } from "./common-errors-table.ts";

/** What is known about a call whose errors are asked for. */
export interface KnownErrors {
  /** botocore's name of the protocol that the client speaks: `json`, `query`, `ec2`, `rest-json`, `rest-xml`, `smithy-rpc-v2-cbor`. */
  readonly protocol?: string;
  /** Wire codes of the errors that the operation declares. */
  readonly declared?: readonly string[];
  /** Wire codes of the errors that the service has for all its operations. */
  readonly service?: readonly string[];
}

/**
 * What a service says when it throttles, breaks or is down: as AWS is known to say it, or an error that the operation
 * declares, or one of its service, or its protocol's convention.
 */
export function commonError(
  kind: CommonErrorKind,
  service: string,
  operation: string,
  known: KnownErrors = {},
): AwsError {
  const { code, status, message, headers, members } = commonErrorRow(kind, service, operation, known);
  return new AwsError(code, message, { status, ...(headers && { headers }), ...(members && { members }) });
}

/** The row behind `commonError`, with its source. */
export function commonErrorRow(
  kind: CommonErrorKind,
  service: string,
  operation: string,
  known: KnownErrors = {},
): CommonErrorRow {
  const protocol = sure(PROTOCOLS[known.protocol ?? "json"] ?? PROTOCOLS["json"])[kind]; // JSON is among them.
  return (
    SERVICES[service]?.[kind]?.find(({ operations }) => operations?.test(operation) ?? true) ??
    modelled(kind, known.declared, protocol, "the errors that its operations declare") ??
    modelled(kind, known.service, protocol, "the errors of its model") ??
    protocol
  );
}

/** An error of the model that is named so, in the words of the protocol. */
function modelled(
  kind: CommonErrorKind,
  codes: readonly string[] | undefined,
  protocol: CommonErrorRow,
  source: string,
): CommonErrorRow | undefined {
  const code = MODELLED_NAMES[kind].find((name) => codes?.includes(name));
  return code === undefined ? undefined : { ...protocol, code, certainty: "documented", source };
}

/** The status of an error that is known by its code alone, in a service that is spoken to in a protocol. */
export function statusOf(code: string, service: string, protocol = ""): number {
  if (isRpc(protocol) && REFUSALS.test(code) && !(service === "sqs" && code === "AccessDenied")) return 400;
  const status = STATUSES[service]?.[code] ?? STATUSES["*"]?.[code];
  if (status !== undefined) return status;
  if (/^(Internal(Server|Service)?(Error|Failure|Fault|Exception)|ServiceFailure)/.test(code)) return 500;
  return /Unavailable(Exception)?$/.test(code) ? 503 : 400;
}

/**
 * Who may not, or did not sign right, is answered 400 by services that speak JSON or CBOR to one URL, and 403 by all others
 * (and by SQS, which kept the query protocol's AccessDenied with its status):
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const REFUSALS =
  /^(AccessDenied|ExpiredToken|IncompleteSignature|InvalidSignature|MissingAuthenticationToken|UnrecognizedClient)(Exception)?$|^(InvalidClientTokenId|SignatureDoesNotMatch|OptInRequired|NotAuthorized)$/;

/** Protocols in which every operation is a POST to one URL and every error of the client is a 400. */
export const isRpc = (protocol: string): boolean => protocol === "json" || protocol === "smithy-rpc-v2-cbor";
