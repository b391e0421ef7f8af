import { Route53 } from "@aws-sdk/client-route-53";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [records(bed)];

/** Records of one zone: each batch has two, and both or none are there. */
function records({ options }: Bed): Lane {
  const route53 = new Route53(options);
  const acknowledged = new Acknowledged("route53");
  let HostedZoneId: string | undefined;
  const setOf = (name: string, Type: "A" | "TXT") => ({
    Name: `${name}.example.com`,
    Type,
    TTL: 60,
    ResourceRecords: [{ Value: Type === "A" ? "192.0.2.1" : '"both"' }],
  });
  const change = (Action: "CREATE" | "DELETE", name: string) =>
    route53.changeResourceRecordSets({
      HostedZoneId,
      ChangeBatch: {
        Changes: (["A", "TXT"] as const).map((type) => ({ Action, ResourceRecordSet: setOf(name, type) })),
      },
    });
  return {
    name: "route53",
    async setup() {
      const { HostedZones = [] } = await route53.listHostedZonesByName({ DNSName: "example.com" });
      const zone =
        HostedZones[0] ??
        (await route53.createHostedZone({ Name: "example.com", CallerReference: "crash" })).HostedZone;
      HostedZoneId = zone?.Id;
    },
    async write(n) {
      await change("CREATE", `record-${n}`);
      acknowledged.add(`record-${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (name) => {
          const { ResourceRecordSets = [] } = await route53.listResourceRecordSets({
            HostedZoneId,
            StartRecordName: `${name}.example.com`,
            MaxItems: 2,
          });
          return (
            ResourceRecordSets.length === 2 &&
            ResourceRecordSets.every(({ Name }) => Name === `${name}.example.com.`)
          );
        },
        (name) => change("DELETE", name),
      ),
  };
}
