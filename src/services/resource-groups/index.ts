import type { ServiceFactory } from "../../core/service.ts";
import { groups } from "./groups.ts";
import { members } from "./members.ts";
import { tags } from "./tags.ts";

/** AWS Resource Groups: https://docs.aws.amazon.com/ARG/latest/APIReference/ */
const resourceGroups: ServiceFactory = () => ({
  name: "resource-groups",
  operations: { ...groups, ...members, ...tags },
});

export default resourceGroups;
