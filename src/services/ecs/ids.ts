import type { Place } from "../../aws/arn-template.ts";
import { makeArn } from "../../core/arn.ts";
import type { Random } from "../../core/random.ts";
import { behindLast } from "../../core/text.ts";

const DIGITS = 32;

/** The ids of tasks, containers and container instances. */
export const newId = (random: Random): string => random.hex(DIGITS);

/** `arn:aws:ecs:us-east-1:000000000000:task/default/0f…` */
export const ecsArn = ({ account, region }: Place, kind: string, ...path: readonly string[]): string =>
  makeArn("ecs", region, account, [kind, ...path].join("/"));

/** What stands last in an ARN or a name: a task's id, a service's name. */
export const lastOf = (nameOrArn: string): string => behindLast("/", nameOrArn);
