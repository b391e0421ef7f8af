import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [groups(bed)];

/** A group, by plain requests: there is no SDK client of Resource Groups among what Squall is developed with. */
function groups({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("resource-groups");
  const post = async (path: string, body: object) => {
    const { accessKeyId } = options.credentials;
    const answer = await fetch(options.endpoint + path, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${options.region}/resource-groups/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status} ${text}`), { $fault: "client" });
    return JSON.parse(text) as { Group?: { Name: string }; Tags?: Record<string, string> };
  };
  return {
    name: "resource-groups",
    setup: async () => {},
    write: async (n) => {
      await post("/groups", { Name: `group-${n}`, Description: String(n), Tags: { n: String(n) } });
      acknowledged.add(`group-${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (GroupName) => (await post("/get-group", { GroupName })).Group?.Name === GroupName,
        (GroupName) => post("/delete-group", { GroupName }),
      ),
  };
}
