import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  FisClient,
  GetExperimentTemplateCommand,
  ListExperimentTemplatesCommand,
} from "@aws-sdk/client-fis";
import { ACCOUNT, type Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [templates(new FisClient(options))];

function templates(fis: FisClient): Lane {
  const acknowledged = new Acknowledged("fis");
  return {
    name: "fis",
    setup: async () => {},
    write: async (n) => {
      const { experimentTemplate } = await fis.send(
        new CreateExperimentTemplateCommand({
          clientToken: `token-${n}`,
          description: "crash",
          roleArn: `arn:aws:iam::${ACCOUNT}:role/crash`,
          stopConditions: [{ source: "none" }],
          actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
        }),
      );
      acknowledged.add(experimentTemplate!.id!);
    },
    verify: async () => {
      const remove = (id: string) => fis.send(new DeleteExperimentTemplateCommand({ id }));
      const { experimentTemplates = [] } = await fis.send(
        new ListExperimentTemplatesCommand({ maxResults: 100 }),
      );
      for (const { id } of experimentTemplates) if (!acknowledged.has(id!)) await remove(id!);
      await acknowledged.verify((id) => fis.send(new GetExperimentTemplateCommand({ id })), remove);
    },
  };
}
