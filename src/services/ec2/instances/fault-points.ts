import type { FaultPoint } from "../../../core/fault.ts";

/** Where rules act on instances that run: as long as a rule is there, so is what it does. */
export const VOLUME = "ec2:volume";
export const SPOT_INSTANCE = "ec2:spot-instance";

export const instancePoints: Readonly<Record<string, FaultPoint>> = {
  [VOLUME]: {
    description:
      "A volume that an instance that runs has. `resource` is the volume's ARN. A rule acts for as long as it is there, also on what starts meanwhile.",
    effects: {
      "pause-io": {
        description:
          "The instance's processes stand still, as those do that wait for a disk. All of them: they share this machine's disk.",
        parameters: {},
      },
    },
  },
  [SPOT_INSTANCE]: {
    description: "A Spot Instance that runs. `resource` is its ARN.",
    effects: {
      interrupt: {
        description:
          "It is recommended to rebalance at once, has its notice two minutes before, and is then interrupted as its request says. Gone before that, the rule takes notice and recommendation back.",
        parameters: {
          ms: {
            type: "duration",
            description: "Time until the interruption.",
            unit: "ms",
            default: "2m",
            min: 0,
          },
        },
      },
    },
  },
};
