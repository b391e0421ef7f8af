import {
  CreateACLCommand,
  DeleteACLCommand,
  DescribeACLsCommand,
  MemoryDBClient,
} from "@aws-sdk/client-memorydb";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** An ACL that was made is there. What clusters themselves keep is `multi-region-clusters.test.ts`'s. */
export default (bed: Bed): Lane[] => {
  const acknowledged = new Acknowledged("memorydb");
  const client = new MemoryDBClient(bed.options);
  return [
    {
      name: "memorydb",
      setup: async () => {},
      write: async (n) => {
        const ACLName = `acl-${n}`;
        await client.send(new CreateACLCommand({ ACLName, UserNames: ["default"] }));
        acknowledged.add(ACLName);
      },
      verify: () =>
        acknowledged.verify(
          async (ACLName) => (await client.send(new DescribeACLsCommand({ ACLName }))).ACLs?.length === 1,
          (ACLName) => client.send(new DeleteACLCommand({ ACLName })),
        ),
    },
  ];
};
