import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ebs:pause-volume-io",
  description: "Pause I/O between the target EBS volumes and their instances.",
  how: "All processes of the instance that has the volume stand still until the end: they share this machine's disk.",
  permissions: [{ action: "ec2:PauseVolumeIO", on: { target: "Volumes" } }],
  targets: { Volumes: "aws:ec2:ebs-volume" },
  // AWS's default could not be found: as of most actions (inferred).
  targetQuota: 5,
  parameters: {
    duration: {
      type: "duration",
      description: "How long I/O is paused (ISO 8601 duration, PT1S to PT12H).",
      required: true,
      min: 1000,
    },
  },
  async start(run) {
    await run.host.load("ec2");
    run.addRule({
      point: "ec2:volume",
      effect: "pause-io",
      match: { resource: (run.targets("Volumes") ?? []).map(({ arn }) => arn) },
    });
    return undefined;
  },
};

export default action;
