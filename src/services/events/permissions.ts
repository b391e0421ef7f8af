import { partitionOf } from "../../core/arn.ts";
import { isResourcePolicy, readPolicy } from "../../core/policy.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { busHasNoPolicy, statementNotFound, validation } from "./errors.ts";
import { type EventBusRecord, findBus, saveBus } from "./event-bus.ts";

interface Statement {
  readonly Sid?: string;
}

/** Who may put events onto a bus: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html */
export const permissions: Handlers<Events.Operations> = {
  PutPermission(input, ctx) {
    const bus = findBus(input.EventBusName, ctx);
    const { Action, Principal, StatementId, Condition, Policy } = input;
    if (Policy !== undefined) {
      if (Action ?? Principal ?? StatementId ?? Condition)
        throw validation(
          "Policy cannot be specified together with Action, Principal, StatementId or Condition.",
        );
      if (!isResourcePolicy(Policy)) throw validation("The policy is not valid.");
      saveBus({ ...bus, policy: Policy, modifiedAtMs: ctx.clock.now() }, ctx);
      return;
    }
    if (Action === undefined || Principal === undefined || StatementId === undefined)
      throw validation("Parameter Action, Principal and StatementId must be specified.");
    const principal =
      Principal === "*" ? "*" : { AWS: `arn:${partitionOf(ctx.region)}:iam::${Principal}:root` };
    const statement = {
      Sid: StatementId,
      Effect: "Allow",
      Principal: principal,
      Action,
      Resource: bus.arn,
      ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
    };
    const others = statementsOf(bus).filter(({ Sid }) => Sid !== StatementId);
    saveBus(withStatements(bus, [...others, statement], ctx.clock.now()), ctx);
  },

  RemovePermission(input, ctx) {
    const bus = findBus(input.EventBusName, ctx);
    if (input.RemoveAllPermissions) {
      saveBus(withStatements(bus, [], ctx.clock.now()), ctx);
      return;
    }
    if (bus.policy === undefined) throw busHasNoPolicy();
    const before = statementsOf(bus);
    const after = before.filter(({ Sid }) => Sid !== input.StatementId);
    if (after.length === before.length) throw statementNotFound();
    saveBus(withStatements(bus, after, ctx.clock.now()), ctx);
  },
};

function statementsOf({ policy }: EventBusRecord): readonly Statement[] {
  return [readPolicy(policy ?? "")?.Statement ?? []].flat() as Statement[];
}

function withStatements(
  { policy: _, ...bus }: EventBusRecord,
  statements: readonly Statement[],
  modifiedAtMs: number,
): EventBusRecord {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return { ...bus, modifiedAtMs, ...(statements.length > 0 && { policy }) };
}
