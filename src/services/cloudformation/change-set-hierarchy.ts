import type { Context } from "../../core/service.ts";
import { type ChangeSetRecord, changeSetRecords } from "./change-set.ts";
import type { Draft } from "./change-set-draft.ts";
import { changeStack, placeOf } from "./events.ts";
import { nestedParameters } from "./nested-input.ts";
import { type Blueprint, lookUpStack, resourceRecords, type StackRecord, saveStack } from "./stack.ts";
import { UNKNOWN } from "./template/functions.ts";

/* Change sets for nested stacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html */

/** Keeps a change set with its nested ones, and the stacks that they are to create. */
export function keepDraft({ changeSet, stack, isNew, nested }: Draft, ctx: Context): void {
  if (isNew) {
    saveStack(stack, ctx);
    changeStack(stack.id, { status: "REVIEW_IN_PROGRESS" }, placeOf(ctx), { reason: "User Initiated" });
  }
  ctx.store.collection(changeSetRecords).put([changeSet.id], changeSet);
  for (const one of nested) keepDraft(one, ctx);
}

const nestedIn = ({ id }: ChangeSetRecord, ctx: Context): ChangeSetRecord[] => [
  ...ctx.store
    .collection(changeSetRecords)
    .by("parent")
    .values({ prefix: [id] }),
];

/** Removes a change set and the nested ones, and the nested stacks that are nothing without them. */
export function dropChangeSet(changeSet: ChangeSetRecord, ctx: Context): void {
  ctx.store.collection(changeSetRecords).delete([changeSet.id]);
  for (const one of nestedIn(changeSet, ctx)) {
    dropChangeSet(one, ctx);
    const stack = lookUpStack(one.stackId, ctx);
    if (stack?.status === "REVIEW_IN_PROGRESS" && !stack.operation)
      changeStack(stack.id, { status: "DELETE_COMPLETE", deletedMs: ctx.clock.now() }, placeOf(ctx));
  }
}

/** The change sets of nested stacks that are carried out with the one around them, by logical id. */
export function nestedToExecute(changeSet: ChangeSetRecord, ctx: Context): Record<string, string> {
  return Object.fromEntries(
    nestedIn(changeSet, ctx).flatMap(({ id, logicalId, status }) =>
      logicalId !== undefined && status === "CREATE_COMPLETE" ? [[logicalId, id] as const] : [],
    ),
  );
}

/** What a nested stack is to be, with the parameters that were known only when the stack around it had what they come of. */
export function withKnown(
  { blueprint, logicalId = "" }: ChangeSetRecord,
  parent: StackRecord,
  ctx: Context,
): Blueprint {
  const record = ctx.store.collection(resourceRecords).get([parent.id, logicalId]);
  const given = new Map(
    nestedParameters(record?.properties ?? {}).map((one) => [one.ParameterKey, one.ParameterValue]),
  );
  const parameters = Object.entries(blueprint.parameters).map(([name, parameter]) => [
    name,
    parameter.value.includes(UNKNOWN)
      ? { ...parameter, value: given.get(name) ?? parameter.value }
      : parameter,
  ]);
  return { ...blueprint, parameters: Object.fromEntries(parameters) };
}
