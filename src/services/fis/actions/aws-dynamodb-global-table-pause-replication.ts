import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:dynamodb:global-table-pause-replication",
  description: "Pause replication of the target global tables between this Region and the others.",
  how: "Writes stay in their Region until the end, and GetResourcePolicy shows the statement that keeps replication out.",
  permissions: ["PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy", "DescribeTable"].map(
    (name) => ({ action: `dynamodb:${name}`, on: { target: "Tables" } }),
  ),
  targets: { Tables: "aws:dynamodb:global-table" },
  // AWS's default could not be found: as of most actions (inferred).
  targetQuota: 5,
  quotaCountsArns: true,
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
      // The statement that is seen in the tables' policies says when it ends.
      ttl: run.parameters["duration"] ?? "",
    });
  },
};

export default action;
