import {
  CreateClusterCommand,
  DSQLClient,
  GetClusterCommand,
  TagResourceCommand,
} from "@aws-sdk/client-dsql";
import { isThere } from "../../needs.ts";
import type { Bed } from "../bed.ts";
import { Counter, type Lane } from "../lane.ts";

/** A cluster that waits for another Region's has the tag that it was given last. What databases keep is the FIS test's `dsql.test.ts`. */
export default (bed: Bed): Lane[] => (isThere("postgres") ? [counted(new DSQLClient(bed.options))] : []);

function counted(client: DSQLClient): Lane {
  const counter = new Counter("dsql");
  let cluster = { identifier: "", arn: "" };
  let given = 0;
  return {
    name: "dsql",
    setup: async () => {
      const multiRegionProperties = { witnessRegion: "us-west-2" };
      const { identifier = "", arn = "" } = await client.send(
        new CreateClusterCommand({ multiRegionProperties }),
      );
      cluster = { identifier, arn };
    },
    write: async () => {
      await client.send(
        new TagResourceCommand({ resourceArn: cluster.arn, tags: { count: String(given + 1) } }),
      );
      given++;
      counter.count();
    },
    verify: async () => {
      const { identifier } = cluster;
      const { tags } = await client.send(new GetClusterCommand({ identifier }));
      given = Number(tags?.["count"] ?? 0);
      counter.verify(given);
    },
  };
}
