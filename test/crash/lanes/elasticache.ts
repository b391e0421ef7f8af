import type { Bed } from "../bed.ts";
import { formsOf } from "../forms.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** A parameter group that was made is there. What the caches themselves keep is `cache-crash.test.ts`'s. */
export default (bed: Bed): Lane[] => {
  const acknowledged = new Acknowledged("elasticache");
  const call = formsOf(bed, "elasticache", "2015-02-02");
  return [
    {
      name: "elasticache",
      setup: async () => {},
      write: async (n) => {
        await call("CreateCacheParameterGroup", {
          CacheParameterGroupName: `group-${n}`,
          CacheParameterGroupFamily: "valkey8",
          Description: "of the crash tests",
        });
        acknowledged.add(`group-${n}`);
      },
      verify: () =>
        acknowledged.verify(
          async (CacheParameterGroupName) =>
            (await call("DescribeCacheParameterGroups", { CacheParameterGroupName })).includes(
              `<CacheParameterGroupName>${CacheParameterGroupName}</CacheParameterGroupName>`,
            ),
          (CacheParameterGroupName) => call("DeleteCacheParameterGroup", { CacheParameterGroupName }),
        ),
    },
  ];
};
