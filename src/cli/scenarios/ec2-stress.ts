import { common, inTurn, type Scenario, type ScenarioChoice, tagged } from "./scenario.ts";

/** AWS leaves the choice of instances to whoever makes the template: here those with this tag. */
const TAG = ["FisStress", "Ready"] as const;
const LASTS = "PT5M";
const SECONDS = "300";

interface Stress {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** One after the other, each of them for five minutes. */
  readonly steps: (choice: ScenarioChoice) => Readonly<Record<string, object>>;
}

const document = (
  name: string,
  { region }: ScenarioChoice,
  parameters: Readonly<Record<string, string>>,
) => ({
  actionId: "aws:ssm:send-command",
  parameters: {
    documentArn: `arn:aws:ssm:${region}::document/${name}`,
    documentParameters: JSON.stringify({ DurationSeconds: SECONDS, ...parameters }),
    duration: LASTS,
  },
});

const STRESSES: readonly Stress[] = [
  {
    name: "ec2-instance-failure",
    title: "EC2 stress: Instance failure",
    description: "Instances stop, and start again after five minutes.",
    steps: () => ({
      "Stop-Instances": {
        actionId: "aws:ec2:stop-instances",
        parameters: { startInstancesAfterDuration: LASTS },
      },
    }),
  },
  {
    name: "ec2-cpu",
    title: "EC2 stress: CPU",
    description:
      "Instances have more and more of their processors taken: 50, 80 and 95 %, five minutes each.",
    steps: (choice) =>
      Object.fromEntries(
        ["50", "80", "95"].map((LoadPercent) => [
          `CPU-${LoadPercent}`,
          document("AWSFIS-Run-CPU-Stress", choice, { LoadPercent }),
        ]),
      ),
  },
  {
    name: "ec2-memory",
    title: "EC2 stress: Memory",
    description: "Instances have half of their memory taken, and then four fifths, five minutes each.",
    steps: (choice) =>
      Object.fromEntries(
        ["50", "80"].map((Percent) => [
          `Memory-${Percent}`,
          document("AWSFIS-Run-Memory-Stress", choice, { Percent }),
        ]),
      ),
  },
  {
    name: "ec2-disk",
    title: "EC2 stress: Disk",
    description: "Instances write to their disks for five minutes.",
    steps: (choice) => ({ "Disk-IO": document("AWSFIS-Run-IO-Stress", choice, { Percent: "80" }) }),
  },
  {
    name: "ec2-network-latency",
    title: "EC2 stress: Network Latency",
    description: "What instances send and get is late: 100, and then 300 milliseconds, five minutes each.",
    steps: (choice) =>
      Object.fromEntries(
        ["100", "300"].map((DelayMilliseconds) => [
          `Latency-${DelayMilliseconds}`,
          document("AWSFIS-Run-Network-Latency", choice, { DelayMilliseconds }),
        ]),
      ),
  },
];

/** https://docs.aws.amazon.com/fis/latest/userguide/scenario-library.html */
export const ec2Stress: readonly Scenario[] = STRESSES.map(({ name, title, description, steps }) => ({
  name,
  title,
  description,
  tags: [TAG.join("=")],
  template: (choice) => ({
    ...common(title, choice),
    description,
    targets: {
      "EC2-Instances": tagged("aws:ec2:instance", TAG, {
        filters: [{ path: "State.Name", values: ["running"] }],
      }),
    },
    actions: inTurn(steps(choice), { Instances: "EC2-Instances" }),
  }),
}));
