import type { ListCase } from "../lists.ts";

const template = (description: string) => ({
  clientToken: description,
  description,
  roleArn: "arn:aws:iam::123456789012:role/fis",
  stopConditions: [{ source: "none" }],
  targets: {},
  actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
  tags: { name: description },
});

export const lists: readonly ListCase[] = [
  {
    service: "fis",
    operation: "ListExperimentTemplates",
    size: "maxResults",
    token: "nextToken",
    next: "nextToken",
    items: "experimentTemplates",
    add: (call, name) => call("CreateExperimentTemplate", template(name)),
    async remove(call, name) {
      const { experimentTemplates } = await call("ListExperimentTemplates");
      const all = experimentTemplates as { id: string; tags: { name: string } }[];
      await call("DeleteExperimentTemplate", { id: all.find(({ tags }) => tags.name === name)!.id });
    },
    nameOf: ({ tags }: { tags: { name: string } }) => tags.name,
  },
];
