import type { ServiceFactory } from "../../core/service.ts";
import { resources } from "./resources.ts";
import { tagKeys } from "./tag-keys.ts";
import { tagging } from "./tagging.ts";

/** Resource Groups Tagging API: the tags of all services' resources, without a store of its own. */
const resourcegroupstaggingapi: ServiceFactory = () => ({
  name: "resourcegroupstaggingapi",
  operations: { ...resources, ...tagKeys, ...tagging },
});

export default resourcegroupstaggingapi;
