import { type Arn, parseArn } from "../../core/arn.ts";
import type * as Events from "../../models/generated/events.ts";
import { parameterInvalid, validation } from "./errors.ts";

const MOST_TASKS = 10;
const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;

/**
 * What a target says of the tasks that are to be run, as measured on AWS.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html
 * @throws ValidationException
 */
export function checkTasks({ Id, Arn: cluster, EcsParameters: tasks }: Events.Target, { region }: Arn): void {
  if (!tasks) throw validation(`Parameter(s) EcsParameters must be specified for target: ${Id}.`);
  const { LaunchType, NetworkConfiguration, PlatformVersion, TaskCount = 1, TaskDefinitionArn } = tasks;
  const {
    AssignPublicIp,
    Subnets = [],
    SecurityGroups = [],
  } = NetworkConfiguration?.awsvpcConfiguration ?? {};
  if (LaunchType === "FARGATE" && !NetworkConfiguration)
    throw validation(
      `Parameter NetworkConfiguration must be specified for target ${Id} when launch type is FARGATE.`,
    );
  for (const [name, value] of Object.entries({ PlatformVersion, AssignPublicIp }))
    if (LaunchType === "EC2" && value !== undefined)
      throw validation(`Parameter ${name} for target ${Id} is not supported when launch type is EC2.`);
  if (Subnets.length > MOST_SUBNETS)
    throw parameterInvalid("Subnets", `size must be in between 1 and ${MOST_SUBNETS}.`);
  if (SecurityGroups.length > MOST_SECURITY_GROUPS)
    throw parameterInvalid("SecurityGroups", `size must be in between 0 and ${MOST_SECURITY_GROUPS}.`);
  if (TaskCount > MOST_TASKS) throw validation(`Parameter(s) TaskCount not valid for target: ${Id}.`);
  if ((parseArn(TaskDefinitionArn)?.region ?? region) !== region)
    throw validation(`Region of ${cluster} does not match region of ${TaskDefinitionArn}.`);
}
