import { sure } from "../../core/sure.ts";
import { common, inTurn, type Scenario, type ScenarioChoice } from "./scenario.ts";

const LASTS = "PT5M";

interface Stress {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** One after the other: the parameters of an action that has a duration are those of five minutes. */
  readonly steps: Readonly<Record<string, { readonly actionId: string; readonly parameters: object }>>;
}

/** The same action with one parameter after the other. */
const rising = (actionId: string, parameter: string, values: readonly string[], title: string) =>
  Object.fromEntries(
    values.map((value) => [
      `${title}-${value}`,
      { actionId, parameters: { duration: LASTS, [parameter]: value } },
    ]),
  );

const STRESSES: readonly Stress[] = [
  {
    name: "eks-pod-delete",
    title: "EKS stress: Pod delete",
    description: "Pods are deleted.",
    steps: { "Delete-Pods": { actionId: "aws:eks:pod-delete", parameters: {} } },
  },
  {
    name: "eks-cpu",
    title: "EKS stress: CPU",
    description: "Pods have more and more of their processors taken: 50, 80 and 95 %, five minutes each.",
    steps: rising("aws:eks:pod-cpu-stress", "percent", ["50", "80", "95"], "CPU"),
  },
  {
    name: "eks-memory",
    title: "EKS stress: Memory",
    description: "Pods have half of their memory taken, and then four fifths, five minutes each.",
    steps: rising("aws:eks:pod-memory-stress", "percent", ["50", "80"], "Memory"),
  },
  {
    name: "eks-disk",
    title: "EKS stress: Disk",
    description: "Pods read and write their disks for five minutes.",
    steps: rising("aws:eks:pod-io-stress", "percent", ["80"], "Disk-IO"),
  },
  {
    name: "eks-network-latency",
    title: "EKS stress: Network latency",
    description: "What pods send is late: 100, and then 300 milliseconds, five minutes each.",
    steps: rising("aws:eks:pod-network-latency", "delayMilliseconds", ["100", "300"], "Latency"),
  },
];

/** How much they stress AWS does not document. https://docs.aws.amazon.com/fis/latest/userguide/scenario-library.html */
export const eksStress: readonly Scenario[] = STRESSES.map(({ name, title, description, steps }) => ({
  name,
  title,
  description,
  tags: ["the pods of --selector"],
  onPods: true,
  template: (choice) => templateOf(title, description, steps, choice),
}));

function templateOf(title: string, description: string, steps: Stress["steps"], choice: ScenarioChoice) {
  const { cluster, namespace, selector, serviceAccount } = sure(choice.pods); // Who asks for one of them has said which.
  const asServiceAccount = Object.entries(steps).map(([step, { actionId, parameters }]) => [
    step,
    { actionId, parameters: { kubernetesServiceAccount: serviceAccount, ...parameters } },
  ]);
  return {
    ...common(title, choice),
    description,
    targets: {
      "EKS-Pods": {
        resourceType: "aws:eks:pod",
        selectionMode: "ALL",
        parameters: {
          clusterIdentifier: cluster,
          namespace,
          selectorType: "labelSelector",
          selectorValue: selector,
        },
      },
    },
    actions: inTurn(Object.fromEntries(asServiceAccount), { Pods: "EKS-Pods" }),
  };
}
