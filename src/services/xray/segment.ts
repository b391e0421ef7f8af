import { readJson } from "../../core/read-json.ts";
/**
 * A segment or subsegment, as programs and services send it.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export interface SegmentDocument {
  readonly name: string;
  readonly id: string;
  readonly trace_id: string;
  /** Epoch seconds. */
  readonly start_time: number;
  readonly end_time?: number;
  readonly in_progress?: boolean;
  readonly parent_id?: string;
  readonly type?: string;
  readonly origin?: string;
  readonly namespace?: string;
  readonly inferred?: boolean;
  readonly error?: boolean;
  readonly throttle?: boolean;
  readonly fault?: boolean;
  readonly user?: string;
  readonly resource_arn?: string;
  readonly annotations?: Readonly<Record<string, string | number | boolean>>;
  readonly http?: {
    readonly request?: Readonly<Record<string, unknown>>;
    readonly response?: Readonly<Record<string, unknown>>;
  };
  readonly aws?: Readonly<Record<string, unknown>>;
  readonly subsegments?: readonly Subsegment[];
}

/** One that lies in another has its trace from there. */
export type Subsegment = Omit<SegmentDocument, "trace_id" | "subsegments"> & {
  readonly trace_id?: string;
  readonly subsegments?: readonly Subsegment[];
};

/** Why a document is not taken, as `UnprocessedTraceSegments` says it. */
export interface Unprocessed {
  readonly Id?: string;
  readonly ErrorCode: string;
  readonly Message: string;
}

/** 64 kB: https://docs.aws.amazon.com/general/latest/gr/xray.html */
const LARGEST_DOCUMENT_BYTES = 64 * 1000;
export const RETENTION_MS = 30 * 24 * 3_600_000;

const ID = /^[0-9a-fA-F]{16}$/;
/** `1-`, the time in hexadecimal epoch seconds, 24 hexadecimal digits. */
const TRACE_ID = /^1-([0-9a-fA-F]{8})-[0-9a-fA-F]{24}$/;

/** When a trace began, as its id says: epoch milliseconds. */
export function startOf(traceId: string): number | undefined {
  const [, seconds] = TRACE_ID.exec(traceId) ?? [];
  return seconds === undefined ? undefined : Number.parseInt(seconds, 16) * 1000;
}

/**
 * The segments of one text: one, or an array of them.
 * @returns what can be kept, and why the others cannot. `InvalidTraceId` and the form of the message are X-Ray's, the other codes are
 * inferred (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html)
 */
export function readDocuments(
  text: string,
  nowMs: number,
): { readonly segments: readonly SegmentDocument[]; readonly unprocessed: readonly Unprocessed[] } {
  if (Buffer.byteLength(text) > LARGEST_DOCUMENT_BYTES)
    return { segments: [], unprocessed: [refusal("DocumentTooLarge")] };
  let parsed: unknown;
  try {
    parsed = readJson(text);
  } catch {
    return { segments: [], unprocessed: [refusal("ParseError")] };
  }
  const segments: SegmentDocument[] = [];
  const unprocessed: Unprocessed[] = [];
  for (const one of Array.isArray(parsed) ? parsed : [parsed]) {
    const code = faultOf(one, nowMs);
    if (code === undefined) segments.push(one as SegmentDocument);
    else unprocessed.push(refusal(code, (one as { id?: unknown } | null)?.id));
  }
  return { segments, unprocessed };
}

function refusal(code: string, id?: unknown): Unprocessed {
  return {
    ...(typeof id === "string" && { Id: id }),
    ErrorCode: code,
    Message: `Invalid segment. ErrorCode: ${code}`,
  };
}

const LONGEST_NAME = 200;

function faultOf(document: unknown, nowMs: number): string | undefined {
  if (typeof document !== "object" || document === null) return "ParseError";
  const { id, trace_id, name, start_time, end_time, in_progress, parent_id, type, subsegments } =
    document as Record<string, unknown>;
  if (id === undefined) return "MissingId";
  if (typeof id !== "string" || !ID.test(id)) return "InvalidId";
  if (trace_id === undefined) return "MissingTraceId";
  const startedAtMs = typeof trace_id === "string" ? startOf(trace_id) : undefined;
  if (startedAtMs === undefined || startedAtMs < nowMs - RETENTION_MS) return "InvalidTraceId";
  if (name === undefined) return "MissingName";
  if (typeof name !== "string" || name === "" || name.length > LONGEST_NAME) return "InvalidName";
  if (start_time === undefined) return "MissingStartTime";
  if (typeof start_time !== "number") return "InvalidStartTime";
  if (end_time === undefined && in_progress !== true) return "MissingEndTime";
  if (end_time !== undefined && typeof end_time !== "number") return "InvalidEndTime";
  if (parent_id !== undefined && (typeof parent_id !== "string" || !ID.test(parent_id)))
    return "InvalidParentId";
  if (type === "subsegment" && parent_id === undefined) return "MissingParentId";
  if (subsegments !== undefined && !Array.isArray(subsegments)) return "InvalidSubsegments";
  return undefined;
}
