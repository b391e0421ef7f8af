import type { ListCase } from "../lists.ts";

const HOUR_MS = 3_600_000;
const nowMs = Date.now();
const seconds = Math.floor(nowMs / 1000);
const traceId = (name: string) =>
  `1-${seconds.toString(16)}-${(/\d+/.exec(name)?.[0] ?? "").padStart(24, "0")}`;

export const lists: readonly ListCase[] = [
  {
    service: "xray",
    operation: "GetTraceSummaries",
    input: () => ({ StartTime: new Date(nowMs - HOUR_MS), EndTime: new Date(nowMs + HOUR_MS) }),
    fixedSize: 100,
    token: "NextToken",
    next: "NextToken",
    items: "TraceSummaries",
    add: (call, name) =>
      call("PutTraceSegments", {
        TraceSegmentDocuments: [
          JSON.stringify({
            ...{ name: "api", user: name, id: "0000000000000001", trace_id: traceId(name) },
            ...{ start_time: seconds, end_time: seconds + 1 },
          }),
        ],
      }),
    nameOf: ({ Users: [user] }: { Users: readonly { UserName: string }[] }) => user?.UserName,
  },
];
