import type { Handlers } from "../../core/service.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { readDocuments, type Unprocessed } from "./segment.ts";
import { forgetOld, keepSegment } from "./trace.ts";

/** What programs and daemons send: https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html */
export const segments: Handlers<XRay.Operations> = {
  PutTraceSegments({ TraceSegmentDocuments }, ctx) {
    forgetOld(ctx);
    const unprocessed: Unprocessed[] = [];
    for (const text of TraceSegmentDocuments) {
      const read = readDocuments(text, ctx.clock.now());
      for (const segment of read.segments) keepSegment(segment, ctx);
      unprocessed.push(...read.unprocessed);
    }
    return { UnprocessedTraceSegments: unprocessed };
  },

  /** AWS keeps them for itself: no operation gives them back. */
  PutTelemetryRecords: () => ({}),
};
