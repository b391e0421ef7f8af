import type { Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { pageBy } from "./describing.ts";
import { familyOf, VERSIONS } from "./engine.ts";

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_DescribeEngineVersions.html */
export const engineVersionHandlers: Handlers<MemoryDB.Operations> = {
  DescribeEngineVersions(input, ctx) {
    const all = Object.entries(VERSIONS).flatMap(([Engine, versions]) =>
      versions.map((EngineVersion) => ({
        Engine,
        EngineVersion,
        EnginePatchVersion: `${EngineVersion}.0`,
        ParameterGroupFamily: familyOf(Engine, EngineVersion),
        isDefault: EngineVersion === versions.at(-1),
      })),
    );
    const meant = all.filter(
      (one) =>
        (input.Engine === undefined || one.Engine === input.Engine.toLowerCase()) &&
        (input.EngineVersion === undefined || one.EngineVersion === input.EngineVersion) &&
        (input.ParameterGroupFamily === undefined ||
          one.ParameterGroupFamily === input.ParameterGroupFamily) &&
        (!input.DefaultOnly || one.isDefault),
    );
    const { items, ...rest } = pageBy(meant, (one) => [one.Engine, one.EngineVersion], input, ctx.operation);
    return { EngineVersions: items.map(({ isDefault: _, ...version }) => version), ...rest };
  },
};
