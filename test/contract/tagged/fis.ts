import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "fis",
    type: "experiment-template",
    async create(call, description) {
      const { experimentTemplate } = await call("CreateExperimentTemplate", {
        clientToken: description,
        description,
        roleArn: "arn:aws:iam::123456789012:role/fis",
        stopConditions: [{ source: "none" }],
        targets: {},
        actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
      });
      return arn("fis", call.account, `experiment-template/${(experimentTemplate as { id: string }).id}`);
    },
  },
  {
    service: "fis",
    type: "experiment",
    async create(call, description) {
      const { experimentTemplate } = await call("CreateExperimentTemplate", {
        clientToken: description,
        description,
        roleArn: "arn:aws:iam::123456789012:role/fis",
        stopConditions: [{ source: "none" }],
        targets: {},
        actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
      });
      const { experiment } = await call("StartExperiment", {
        clientToken: description,
        experimentTemplateId: (experimentTemplate as { id: string }).id,
      });
      return arn("fis", call.account, `experiment/${(experiment as { id: string }).id}`);
    },
  },
];
