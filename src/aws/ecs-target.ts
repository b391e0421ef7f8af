import { partsOf } from "../core/arn.ts";
import { AwsError } from "../core/aws-error.ts";
import { isObject } from "../core/json.ts";
import { readIfJson } from "../core/read-json.ts";
import type { CallOptions, CallService } from "../core/service.ts";
import { uncapitalized } from "../core/text.ts";

/** How a rule, a schedule or a pipe says what is to be run. All three spell ECS's names with a capital. */
export interface EcsTargetParameters {
  readonly TaskDefinitionArn: string;
  readonly TaskCount?: number | undefined;
}

interface Failures {
  readonly failures?: readonly { readonly reason?: string; readonly arn?: string }[];
}

/**
 * Runs tasks on a cluster: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-ecs-tutorial.html
 * @param overrides what else of the task is said, as RunTask takes it
 * @param options as whom, and what it comes of
 * @throws AwsError of ECS; one of the reason for a task that could not be placed
 */
export async function runTasks(
  call: CallService,
  clusterArn: string,
  { TaskDefinitionArn, TaskCount, ...rest }: EcsTargetParameters,
  overrides: object | undefined,
  options: CallOptions,
  startedBy?: string,
): Promise<void> {
  const { account, region } = partsOf(clusterArn);
  const input = {
    ...(asSaidByEcs(rest) as object),
    cluster: clusterArn,
    taskDefinition: TaskDefinitionArn,
    ...(TaskCount !== undefined && { count: TaskCount }),
    ...(overrides !== undefined && { overrides: asSaidByEcs(overrides) }),
    ...(startedBy !== undefined && { startedBy }),
  };
  const { failures = [] } = await call<Failures>("ecs", "RunTask", input, { ...options, account, region });
  const [failure] = failures;
  // RunTask says inside a 200 what it could not place.
  if (failure)
    throw new AwsError(failure.reason ?? "RunTaskFailed", `No task was run on ${clusterArn}.`, {
      status: 400,
    });
}

/** What an input says of the task, where it is the JSON of RunTask's overrides. */
export function overridesIn(text: string): object | undefined {
  const given = readIfJson(text);
  if (!isObject(given)) return undefined;
  const known = Object.entries(given).filter(([name]) => OVERRIDES.has(name));
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

const OVERRIDES: ReadonlySet<string> = new Set([
  "containerOverrides",
  "cpu",
  "memory",
  "executionRoleArn",
  "taskRoleArn",
  "ephemeralStorage",
]);

function asSaidByEcs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSaidByEcs);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [uncapitalized(name), asSaidByEcs(member)]),
  );
}
