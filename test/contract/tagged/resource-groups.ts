import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "resource-groups",
    type: "group",
    async create(call, Name) {
      const { Group } = await call("CreateGroup", { Name });
      return (Group as { GroupArn: string }).GroupArn;
    },
  },
];
