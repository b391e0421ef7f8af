import { type NetworkFault, servicesBehindSources } from "../../aws/network-faults.ts";
import { behindLast } from "../../core/text.ts";
import { ActionFailure, type ActionParameter, type ActionRun } from "./action.ts";

/** What the `aws:ecs:task-*` actions have in common: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#ecs-actions-reference */
export const TASK_TARGETS = { Tasks: "aws:ecs:task" } as const;
export const TASK_QUOTA = 5;

/** Of parameters that are about the SSM agent beside the task's containers: Squall acts on its processes by itself. */
export const AGENT_PARAMETERS = {
  installDependencies: {
    type: "string",
    description: "Whether missing dependencies are installed in the target (True or False; default True).",
    values: ["True", "False", "true", "false"],
  },
} as const satisfies Record<string, ActionParameter>;
export const NETWORK_PARAMETERS = {
  ...AGENT_PARAMETERS,
  useEcsFaultInjectionEndpoints: {
    type: "boolean",
    description:
      "Whether the fault injection endpoints of the ECS agent are used instead of SSM (default false).",
  },
} as const satisfies Record<string, ActionParameter>;

/** Acts on the processes and ports of the target tasks. */
export async function addTaskRule(
  run: ActionRun,
  effect: string,
  params: Record<string, unknown>,
): Promise<undefined> {
  await run.host.load("ecs");
  run.addRule({
    point: "ecs:task",
    effect,
    params,
    match: { resource: (run.targets("Tasks") ?? []).map(({ arn }) => arn) },
  });
}

/** Which services' answers are meant; undefined: everything that comes and goes. @throws ActionFailure */
export function servicesOf(sources: string | undefined): readonly string[] | undefined {
  return servicesBehindSources(
    sources ?? "ALL",
    (source) =>
      new ActionFailure(
        `Squall knows ALL, 0.0.0.0/0, S3 and DYNAMODB as a source, and not ${source}: it carries no packets.`,
      ),
  );
}

/** Acts on what Squall answers to the calls of the target tasks, which are known by the sessions of their roles. */
export function addRuleOnCalls(
  run: ActionRun,
  services: readonly string[] | undefined,
  rule: NetworkFault,
): void {
  const ids = (run.targets("Tasks") ?? []).map(({ arn }) => behindLast("/", arn));
  run.addRule({
    ...rule,
    match: {
      caller: ids.map((id) => `arn:aws:sts::*:assumed-role/*/${id}`),
      ...(services && { service: services }),
    },
  });
}
