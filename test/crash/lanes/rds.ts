import type { Bed } from "../bed.ts";
import { formsOf } from "../forms.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** A parameter group that was made is there. */
export default (bed: Bed): Lane[] => {
  const acknowledged = new Acknowledged("rds");
  const call = formsOf(bed, "rds", "2014-10-31");
  return [
    {
      name: "rds",
      setup: async () => {},
      write: async (n) => {
        await call("CreateDBParameterGroup", {
          DBParameterGroupName: `group-${n}`,
          DBParameterGroupFamily: "postgres16",
          Description: "of the crash tests",
        });
        acknowledged.add(`group-${n}`);
      },
      verify: () =>
        acknowledged.verify(
          async (DBParameterGroupName) =>
            (await call("DescribeDBParameterGroups", { DBParameterGroupName })).includes(
              `<DBParameterGroupName>${DBParameterGroupName}</DBParameterGroupName>`,
            ),
          (DBParameterGroupName) => call("DeleteDBParameterGroup", { DBParameterGroupName }),
        ),
    },
  ];
};
