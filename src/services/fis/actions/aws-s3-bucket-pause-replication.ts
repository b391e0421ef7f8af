import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:s3:bucket-pause-replication",
  description: "Pause replication from the target buckets to buckets in another Region.",
  how: "Objects keep the replication status PENDING until the end.",
  permissions: ["PauseReplication", "GetReplicationConfiguration", "PutReplicationConfiguration"].map(
    (name) => ({ action: `s3:${name}`, on: { target: "Buckets" } }),
  ),
  targets: { Buckets: "aws:s3:bucket" },
  targetsOnlyBy: "resourceTags",
  targetQuota: 20,
  parameters: {
    duration: {
      type: "duration",
      required: true,
      description: "How long replication is paused (ISO 8601 duration, PT1M to PT12H).",
    },
    region: { type: "string", description: "Region of the destination buckets.", required: true },
    destinationBuckets: {
      type: "list",
      description: "Names of destination buckets; default: all in the Region.",
    },
    prefixes: { type: "list", description: "Key prefixes of the replication rules; default: all." },
  },

  async start(run) {
    await run.host.load("s3");
    const { region = "", destinationBuckets, prefixes } = run.parameters;
    run.addRule({
      effect: "pause",
      point: "s3:replicate",
      match: {
        resource: (run.targets("Buckets") ?? []).map(({ arn }) => arn),
        input: [
          `Region == ${literal(region)}`,
          ...oneOf("Destination", destinationBuckets),
          ...oneOf("Prefix", prefixes),
        ].join(" && "),
      },
    });
  },
};

/** A JMESPath condition: a member is one of a parameter's list. None for no list. */
const oneOf = (member: string, list: string | undefined): string[] =>
  list === undefined
    ? []
    : [
        `contains(${literal(
          list
            .split(",")
            .map((one) => one.trim().replace(/^arn:[^:]+:s3:::/, ""))
            .filter((one) => one !== ""),
        )}, ${member})`,
      ];

const literal = (value: unknown): string => `\`${JSON.stringify(value).replaceAll("`", "\\`")}\``;

export default action;
