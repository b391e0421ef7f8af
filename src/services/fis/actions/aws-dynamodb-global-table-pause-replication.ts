import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:dynamodb:global-table-pause-replication",
  description: "Pause replication of the target global tables between this Region and the others.",
  permissions: ["PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy", "DescribeTable"].map(
    (name) => ({ action: `dynamodb:${name}`, on: { target: "Tables" } }),
  ),
  targets: { Tables: "aws:dynamodb:global-table" },
  parameters: {
    duration: {
      type: "duration",
      required: true,
      description: "How long replication is paused (ISO 8601 duration, PT1M to PT12H).",
    },
  },

  async start(run) {
    await run.host.load("dynamodb");
    const tables = run.targets("Tables") ?? [];
    run.addRule({
      effect: "pause",
      point: "dynamodb:replication",
      match: { resource: tables.map(({ arn }) => arn) },
    });
  },
};

export default action;
