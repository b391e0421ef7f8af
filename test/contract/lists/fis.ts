import { arn, byId, type Call, type ListCase } from "../lists.ts";

const page = { service: "fis", size: "maxResults", token: "nextToken", next: "nextToken" } as const;

const template = (description: string) => ({
  clientToken: description,
  description,
  roleArn: "arn:aws:iam::123456789012:role/fis",
  stopConditions: [{ source: "none" }],
  targets: {},
  actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
  tags: { name: description },
});

/** A template with targets: all queues with the tag, in as many accounts as there are configurations. */
const newTemplate = (call: Call) =>
  call("CreateExperimentTemplate", {
    ...template("all"),
    targets: {
      queues: { resourceType: "aws:sqs:queue", resourceTags: { chosen: "yes" }, selectionMode: "ALL" },
    },
    actions: {
      act: {
        actionId: "squall:api:error",
        parameters: { code: "Struck", duration: "PT5M" },
        targets: { Resources: "queues" },
      },
    },
    experimentOptions: { accountTargeting: "multi-account", emptyTargetResolutionMode: "skip" },
  });
async function templateId(call: Call): Promise<string> {
  const { experimentTemplates } = (await call("ListExperimentTemplates")) as {
    experimentTemplates: { id: string }[];
  };
  return experimentTemplates[0]!.id;
}
async function experimentId(call: Call): Promise<string> {
  const { experiments } = (await call("ListExperiments")) as { experiments: { id: string }[] };
  return experiments[0]!.id;
}
const start = (call: Call, experimentTemplateId: string, clientToken = "s") =>
  call("StartExperiment", { clientToken, experimentTemplateId, tags: { name: clientToken } });

/** `q010` as an account: names sort as they do. */
const accountOf = (name: string) => name.slice(1).padStart(12, "0");
const configure = (call: Call, experimentTemplateId: string, name: string) =>
  call("CreateTargetAccountConfiguration", {
    clientToken: name,
    experimentTemplateId,
    accountId: accountOf(name),
    roleArn: `arn:aws:iam::${accountOf(name)}:role/fis`,
  });
const accountName = ({ accountId }: { accountId: string }) => `q${accountId.slice(-3)}`;

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListExperimentTemplates",
    items: "experimentTemplates",
    ...byId(
      async (call, name) => {
        const { experimentTemplate } = await call("CreateExperimentTemplate", template(name));
        return (experimentTemplate as { id: string }).id;
      },
      (call, id) => call("DeleteExperimentTemplate", { id }),
    ),
    nameOf: ({ tags }: { tags: { name: string } }) => tags.name,
  },
  {
    ...page,
    operation: "ListExperiments",
    items: "experiments",
    prepare: (call) => call("CreateExperimentTemplate", template("t")),
    async add(call, name) {
      const { experiment } = await start(call, await templateId(call), name);
      // Five run at a time.
      await call("StopExperiment", { id: (experiment as { id: string }).id });
    },
    nameOf: ({ tags }: { tags: { name: string } }) => tags.name,
  },
  {
    ...page,
    operation: "ListTargetAccountConfigurations",
    items: "targetAccountConfigurations",
    input: async (_account, call) => ({ experimentTemplateId: await templateId(call) }),
    prepare: newTemplate,
    add: async (call, name) => configure(call, await templateId(call), name),
    remove: async (call, name) =>
      call("DeleteTargetAccountConfiguration", {
        experimentTemplateId: await templateId(call),
        accountId: accountOf(name),
      }),
    nameOf: accountName,
  },
  {
    ...page,
    operation: "ListExperimentTargetAccountConfigurations",
    items: "targetAccountConfigurations",
    input: async (_account, call) => ({ experimentId: await experimentId(call) }),
    async prepare(call) {
      await newTemplate(call);
      const id = await templateId(call);
      for (let number = 1; number <= 7; number++) await configure(call, id, `q00${number}`);
      await start(call, id);
    },
    nameOf: accountName,
  },
  {
    ...page,
    operation: "ListExperimentResolvedTargets",
    items: "resolvedTargets",
    input: async (_account, call) => ({ experimentId: await experimentId(call) }),
    async prepare(call) {
      for (let number = 1; number <= 7; number++)
        await call("CreateQueue", { QueueName: `q00${number}`, tags: { chosen: "yes" } }, "sqs");
      await newTemplate(call);
      const experimentTemplateId = await templateId(call);
      await call("CreateTargetAccountConfiguration", {
        clientToken: "own",
        experimentTemplateId,
        accountId: call.account,
        roleArn: arn("iam", call.account, "role/fis"),
      });
      await start(call, experimentTemplateId);
    },
    nameOf: ({ targetInformation }: { targetInformation: { arn: string } }) => targetInformation.arn,
  },
  { ...page, operation: "ListActions", items: "actions", nameOf: ({ id }: { id: string }) => id },
  {
    ...page,
    operation: "ListTargetResourceTypes",
    items: "targetResourceTypes",
    nameOf: ({ resourceType }: { resourceType: string }) => resourceType,
  },
];
