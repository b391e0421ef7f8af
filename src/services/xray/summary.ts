import type * as XRay from "../../models/generated/xray.ts";
import type { Subsegment } from "./segment.ts";
import { keyOf, type ServiceOf, serviceId, serviceOf } from "./service.ts";
import { below, rootOf, type Trace, type WholeSegment } from "./trace.ts";

/** A trace in short: https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html */
export function summaryOf(trace: Trace, account: string): XRay.TraceSummary {
  const { record, segments } = trace;
  const root = rootOf(trace);
  // What a subsegment's call met is in the segment of whom it called, inferred if need be.
  const has = (kind: "fault" | "error" | "throttle") => segments.some((segment) => segment[kind] === true);
  const http = httpOf(root);
  return {
    Id: record.id,
    StartTime: new Date(record.startedAtMs),
    Duration: durationOf(segments),
    ResponseTime: root ? durationOf([root]) : 0,
    HasFault: has("fault"),
    HasError: has("error"),
    HasThrottle: has("throttle"),
    IsPartial: segments.some(({ in_progress }) => in_progress === true),
    Http: http,
    Annotations: annotationsOf(segments, account),
    Users: usersOf(segments, account),
    ServiceIds: unique(segments.map((segment) => serviceOf(segment, account))).map(serviceId),
    ResourceARNs: [...new Set(segments.flatMap(arnsOf))].map((ARN) => ({ ARN })),
    InstanceIds: ec2Of(segments, "instance_id").map((Id) => ({ Id })),
    AvailabilityZones: ec2Of(segments, "availability_zone").map((Name) => ({ Name })),
    ...(root && { EntryPoint: serviceId(serviceOf(root, account)) }),
    FaultRootCauses: [],
    ErrorRootCauses: [],
    ResponseTimeRootCauses: [],
    Revision: record.revision,
    MatchedEventTime: new Date(record.eventAtMs),
  };
}

/** Seconds from the first beginning to the last end, to the millisecond. */
export function durationOf(segments: readonly WholeSegment[]): number {
  const starts = segments.map(({ start_time }) => start_time);
  const ends = segments.map(({ end_time, start_time }) => end_time ?? start_time);
  if (starts.length === 0) return 0;
  return Math.round((Math.max(...ends) - Math.min(...starts)) * 1000) / 1000;
}

export function httpOf(segment: WholeSegment | undefined): XRay.Http {
  const { request = {}, response = {} } = segment?.http ?? {};
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const url = text(request["url"]);
  const method = text(request["method"]);
  const agent = text(request["user_agent"]);
  const ip = text(request["client_ip"]);
  const status = response["status"];
  return {
    ...(url !== undefined && { HttpURL: url }),
    ...(typeof status === "number" && { HttpStatus: status }),
    ...(method !== undefined && { HttpMethod: method }),
    ...(agent !== undefined && { UserAgent: agent }),
    ...(ip !== undefined && { ClientIp: ip }),
  };
}

/** Those of subsegments are their service's. */
export function* annotationsIn(segment: WholeSegment): Iterable<readonly [key: string, value: unknown]> {
  for (const one of [segment as Subsegment, ...below(segment)]) yield* Object.entries(one.annotations ?? {});
}

function annotationsOf(segments: readonly WholeSegment[], account: string): XRay.Annotations {
  const found = new Map<string, Map<string, { value: unknown; services: ServiceOf[] }>>();
  for (const segment of segments)
    for (const [key, value] of annotationsIn(segment)) {
      const values = found.get(key) ?? new Map();
      found.set(key, values);
      const one = values.get(JSON.stringify(value)) ?? { value, services: [] };
      values.set(JSON.stringify(value), one);
      one.services.push(serviceOf(segment, account));
    }
  return Object.fromEntries(
    [...found].map(([key, values]) => [
      key,
      [...values.values()].map(({ value, services }) => ({
        AnnotationValue: annotationValue(value),
        ServiceIds: unique(services).map(serviceId),
      })),
    ]),
  );
}

function annotationValue(value: unknown): XRay.AnnotationValue {
  if (typeof value === "number") return { NumberValue: value };
  if (typeof value === "boolean") return { BooleanValue: value };
  return { StringValue: String(value) };
}

function usersOf(segments: readonly WholeSegment[], account: string): XRay.TraceUsers {
  const users = new Map<string, ServiceOf[]>();
  for (const segment of segments)
    if (segment.user !== undefined)
      users.set(segment.user, [...(users.get(segment.user) ?? []), serviceOf(segment, account)]);
  return [...users].map(([UserName, services]) => ({
    UserName,
    ServiceIds: unique(services).map(serviceId),
  }));
}

export const arnsOf = ({ resource_arn, aws }: WholeSegment): string[] =>
  [resource_arn, aws?.["resource_arn"], aws?.["function_arn"]].filter((arn) => typeof arn === "string");

export const ec2Of = (segments: readonly WholeSegment[], member: string): string[] => [
  ...new Set(
    segments
      .map(({ aws }) => (aws?.["ec2"] as Record<string, unknown> | undefined)?.[member])
      .filter((value) => typeof value === "string"),
  ),
];

const unique = (services: readonly ServiceOf[]): ServiceOf[] => [
  ...new Map(services.map((service) => [keyOf(service), service])).values(),
];
