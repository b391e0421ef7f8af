import { AwsError } from "../core/aws-error.ts";
import type { CommonErrors } from "../core/service.ts";
import {
  type CommonErrorRow,
  DYNAMODB_CONTROL_PLANE,
  KINESIS_CONTROL_PLANE,
  MODELLED_NAMES,
  PROTOCOLS,
  SERVICES,
  STATUSES,
  type ThreeErrors,
} from "./common-errors-table.ts";

export type CommonErrorKind = keyof ThreeErrors;

/** What is known about a service whose errors are asked for. */
export interface ServiceErrors {
  /** botocore's name of its protocol: `json`, `query`, `ec2`, `rest-json`, `rest-xml`, `smithy-rpc-v2-cbor`. */
  readonly protocol?: string;
  /** What the service itself declares. */
  readonly common?: CommonErrors;
  /** Names of the error shapes in its model. */
  readonly shapes?: readonly string[];
}

/**
 * What a service says when it throttles, breaks or is down: as the service declares it, or as AWS documents it for the
 * service, or an error of its model that is named so, or its protocol's convention.
 */
export function commonError(
  kind: CommonErrorKind,
  service: string,
  operation: string,
  known: ServiceErrors = {},
): AwsError {
  const row =
    known.common?.[kind] ??
    documented(kind, service, operation) ??
    modelled(kind, known) ??
    byProtocol(kind, known);
  const { code, status, message, headers, members } = row as CommonErrorRow;
  return new AwsError(code, message, { status, ...(headers && { headers }), ...(members && { members }) });
}

/** The status of an error that is known by its code alone. */
export function statusOf(code: string, service: string): number {
  const status = STATUSES[service]?.[code] ?? STATUSES["*"]![code];
  if (status !== undefined) return status;
  if (/^(Internal(Server|Service)?(Error|Failure|Fault|Exception)|ServiceFailure)/.test(code)) return 500;
  return /Unavailable(Exception)?$/.test(code) ? 503 : 400;
}

function documented(kind: CommonErrorKind, service: string, operation: string): CommonErrorRow | undefined {
  if (kind === "throttle") {
    // Reads and writes run out of the table's or shard's capacity; the control plane has a request rate of its own.
    if (service === "dynamodb" && !/Item|Query|Scan|Statement|Transact/.test(operation))
      return DYNAMODB_CONTROL_PLANE;
    if (service === "kinesis" && !/Record|SubscribeToShard/.test(operation)) return KINESIS_CONTROL_PLANE;
  }
  return SERVICES[service]?.[kind];
}

function modelled(kind: CommonErrorKind, known: ServiceErrors): CommonErrorRow | undefined {
  const code = MODELLED_NAMES[kind].find((name) => known.shapes?.includes(name));
  return code === undefined ? undefined : { ...byProtocol(kind, known), code };
}

function byProtocol(kind: CommonErrorKind, known: ServiceErrors): CommonErrorRow {
  return (PROTOCOLS[known.protocol ?? "json"] ?? PROTOCOLS["json"]!)[kind];
}
