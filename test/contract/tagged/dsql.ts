import { isThere } from "../../needs.ts";
import type { TaggedCase } from "../tagged.ts";

const cluster: TaggedCase = {
  service: "dsql",
  type: "cluster",
  create: async (call) => String((await call("CreateCluster"))["arn"]),
};

/** A machine without PostgreSQL has no clusters that could be tagged. */
export const tagged: readonly TaggedCase[] = isThere("postgres") ? [cluster] : [];
