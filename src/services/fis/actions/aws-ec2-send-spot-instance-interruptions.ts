import { parseDuration } from "../../../core/clock.ts";
import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ec2:send-spot-instance-interruptions",
  description: "Send interruption notices to the specified Spot Instances, then interrupt them.",
  how: "A rebalance recommendation at once; two minutes before the interruption its metadata have `spot/instance-action`, and both are events; then it stops or is terminated. An experiment that ends before takes the notice back.",
  permissions: [{ action: "ec2:SendSpotInstanceInterruptions", on: { target: "SpotInstances" } }],
  targets: { SpotInstances: "aws:ec2:spot-instance" },
  targetQuota: 5,
  parameters: {
    durationBeforeInterruption: {
      type: "duration",
      description: "Time from the start to the interruption (ISO 8601 duration, PT2M to PT15M).",
      required: true,
      min: 120_000,
      max: 900_000,
    },
  },
  lasts: ({ durationBeforeInterruption }) => parseDuration(durationBeforeInterruption) ?? 0,
  async start(run) {
    await run.host.load("ec2");
    run.addRule({
      point: "ec2:spot-instance",
      effect: "interrupt",
      params: { ms: parseDuration(run.parameters["durationBeforeInterruption"]) },
      match: { resource: (run.targets("SpotInstances") ?? []).map(({ arn }) => arn) },
    });
    return undefined;
  },
};

export default action;
