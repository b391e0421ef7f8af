import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DSQLClient,
  GetClusterCommand,
} from "@aws-sdk/client-dsql";
import { isThere } from "../../needs.ts";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** A cluster that waits for another Region's is there. What databases themselves keep is `dsql.test.ts`'s of FIS. */
export default (bed: Bed): Lane[] => {
  const acknowledged = new Acknowledged("dsql");
  const client = new DSQLClient(bed.options);
  const multiRegionProperties = { witnessRegion: "us-west-2" };
  const lane: Lane = {
    name: "dsql",
    setup: async () => {},
    write: async () => {
      const { identifier = "" } = await client.send(new CreateClusterCommand({ multiRegionProperties }));
      acknowledged.add(identifier);
    },
    verify: () =>
      acknowledged.verify(
        async (identifier) =>
          (await client.send(new GetClusterCommand({ identifier }))).status === "PENDING_SETUP",
        (identifier) => client.send(new DeleteClusterCommand({ identifier })),
      ),
  };
  return isThere("postgres") ? [lane] : [];
};
