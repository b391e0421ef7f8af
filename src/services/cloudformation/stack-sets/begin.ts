import { parseArn } from "../../../core/arn.ts";
import type { Context } from "../../../core/service.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { validationError } from "../errors.ts";
import {
  instanceNotFound,
  noOrganization,
  notServed,
  operationExists,
  operationInProgress,
  stackNotFound,
} from "./errors.ts";
import {
  type InstanceRecord,
  instanceRecords,
  type OperationRecord,
  type Overrides,
  operationRecords,
  resultRecords,
  type StackSetRecord,
  stackSetArn,
} from "./stack-set.ts";

export interface Target {
  readonly account: string;
  readonly region: string;
  /** Of a stack that is there already. */
  readonly stack?: { readonly stackName: string; readonly stackId: string };
}

/** What an operation is for. */
export interface Asked {
  readonly set: StackSetRecord;
  readonly action: OperationRecord["action"];
  readonly targets: readonly Target[];
  readonly overrides?: (instance: InstanceRecord | undefined) => Overrides;
  readonly OperationPreferences?: CloudFormation.StackSetOperationPreferences;
  readonly OperationId?: string;
  readonly RetainStacks?: boolean;
  readonly imports?: boolean;
}

type Targeted = Pick<CloudFormation.CreateStackInstancesInput, "Accounts" | "DeploymentTargets" | "Regions">;

/** The accounts and regions that a call names. @throws ValidationError */
export function targetsOf(
  { Accounts, DeploymentTargets, Regions }: Targeted,
  among?: readonly Target[],
): Target[] {
  if (DeploymentTargets?.OrganizationalUnitIds?.length) throw noOrganization();
  if (DeploymentTargets?.AccountsUrl !== undefined) throw notServed("AccountsUrl");
  const accounts = [...new Set(Accounts ?? DeploymentTargets?.Accounts ?? [])];
  const regions = [...new Set(Regions)];
  if (accounts.length === 0) throw validationError("At least one account must be specified");
  if (regions.length === 0) throw validationError("At least one region must be specified");
  const all = regions.flatMap((region) => accounts.map((account) => ({ account, region })));
  return among
    ? all.filter((one) =>
        among.some(({ account, region }) => account === one.account && region === one.region),
      )
    : all;
}

/** Where a stack is that is there already, by its ARN. @throws StackNotFoundException */
export function stackTarget(stackId: string): Required<Target> {
  const { service, region, account, resource = "" } = parseArn(stackId) ?? {};
  const [kind, stackName] = resource.split("/");
  if (service !== "cloudformation" || kind !== "stack" || !stackName || !region || !account)
    throw stackNotFound(stackId);
  return { account, region, stack: { stackName, stackId } };
}

const inOrder = (targets: readonly Target[], order: readonly string[] = []): Target[] => {
  const place = ({ region }: Target) => (order.includes(region) ? order.indexOf(region) : order.length);
  return [...targets].sort((a, b) => place(a) - place(b));
};

/**
 * Keeps an operation with what it is to do; somebody begins it then. @param keep what else is written with it
 * @throws OperationInProgressException, OperationIdAlreadyExistsException, ValidationError
 */
export function beginOperation(asked: Asked, ctx: Context, keep?: () => void): OperationRecord {
  const { set, action, OperationPreferences: preferences = {}, RetainStacks } = asked;
  checkPreferences(preferences);
  const operations = ctx.store.collection(operationRecords);
  const id = asked.OperationId ?? ctx.random.uuid();
  if (operations.has([set.id, id])) throw operationExists(id);
  if (operations.by("active").first({ prefix: [set.id] }))
    throw operationInProgress(stackSetArn(ctx, set.id));
  const operation: OperationRecord = {
    id,
    setId: set.id,
    number: operations.count({ prefix: [set.id] }),
    action,
    status: "RUNNING",
    preferences,
    ...(RetainStacks !== undefined && { retainsStacks: RetainStacks }),
    ...(asked.imports && { imports: true }),
    createdMs: ctx.clock.now(),
    caller: ctx.caller,
    parentId: ctx.id,
  };
  ctx.store.transaction(() => {
    keep?.();
    operations.put([set.id, id], operation);
    for (const [order, { stack, ...target }] of inOrder(asked.targets, preferences.RegionOrder).entries()) {
      const key = [set.id, target.account, target.region];
      const instances = ctx.store.collection(instanceRecords);
      const there = instances.get(key);
      const fresh = {
        ...target,
        setId: set.id,
        stackName: `StackSet-${set.name}-${ctx.random.uuid()}`,
        ...stack,
      };
      const { reason: _, ...rest }: Partial<InstanceRecord> & typeof fresh = there ?? fresh;
      if (there && action === "DETECT_DRIFT") instances.put(key, { ...there, operationId: id });
      else
        instances.put(key, {
          ...rest,
          overrides: asked.overrides?.(there) ?? there?.overrides ?? {},
          status: "OUTDATED",
          detail: "PENDING",
          operationId: id,
        });
      ctx.store
        .collection(resultRecords)
        .put([set.id, id, order], { setId: set.id, operationId: id, order, ...target, status: "PENDING" });
    }
  });
  return operation;
}

/** @throws ValidationError */
function checkPreferences(preferences: CloudFormation.StackSetOperationPreferences): void {
  const both = (one: string, other: string) => {
    const is = preferences as Record<string, unknown>;
    if (is[one] !== undefined && is[other] !== undefined)
      throw validationError(`You can specify either ${one} or ${other}, but not both`);
  };
  both("FailureToleranceCount", "FailureTolerancePercentage");
  both("MaxConcurrentCount", "MaxConcurrentPercentage");
  const { FailureToleranceCount: tolerance, MaxConcurrentCount: most, ConcurrencyMode: mode } = preferences;
  if (
    tolerance !== undefined &&
    most !== undefined &&
    mode !== "SOFT_FAILURE_TOLERANCE" &&
    most > tolerance + 1
  )
    throw validationError("MaxConcurrentCount can be at most one more than FailureToleranceCount");
}

/** Each of them has to be there. @throws StackInstanceNotFoundException */
export function instancesOf(set: StackSetRecord, targets: readonly Target[], ctx: Context): InstanceRecord[] {
  return targets.map(({ account, region }) => {
    const found = ctx.store.collection(instanceRecords).get([set.id, account, region]);
    if (!found) throw instanceNotFound(set.name, account, region);
    return found;
  });
}
