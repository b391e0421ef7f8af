import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [traces(bed)];

/** A trace, by plain requests: there is no SDK client of X-Ray among what Squall is developed with. */
function traces({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("xray");
  const post = async (path: string, body: object) => {
    const { accessKeyId } = options.credentials;
    const answer = await fetch(options.endpoint + path, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${options.region}/xray/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status} ${text}`), { $fault: "client" });
    return JSON.parse(text) as { Traces?: { Id: string }[] };
  };
  const seconds = Math.floor(Date.now() / 1000);
  const traceId = (n: number) => `1-${seconds.toString(16)}-${String(n).padStart(24, "0")}`;
  return {
    name: "xray",
    setup: async () => {},
    write: async (n) => {
      const segment = { name: "api", id: "0000000000000001", trace_id: traceId(n) };
      const document = JSON.stringify({ ...segment, start_time: seconds, end_time: seconds + 1 });
      await post("/TraceSegments", { TraceSegmentDocuments: [document] });
      acknowledged.add(traceId(n));
    },
    verify: () =>
      acknowledged.verify(
        async (id) => (await post("/Traces", { TraceIds: [id] })).Traces?.[0]?.Id === id,
        async () => {},
      ),
  };
}
