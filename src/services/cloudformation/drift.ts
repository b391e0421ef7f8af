import { begin, stateOf, type Transition } from "../../aws/lifecycle.ts";
import { page } from "../../aws/page.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
import { type Call, resolved } from "./dynamic-references.ts";
import { resourceMissing, validationError } from "./errors.ts";
import { driftDetectionLifecycle } from "./lifecycles.ts";
import { readingContext } from "./resource-context.ts";
import { hasType, loadType } from "./resource-type.ts";
import { isMap, isSame, type Value, type Values } from "./sam/value.ts";
import {
  type ResourceDrift,
  type ResourceRecord,
  resourceRecords,
  resourcesOf,
  type StackRecord,
  saveStack,
  stackOf,
} from "./stack.ts";
import { withoutWriteOnly } from "./write-only.ts";

/** A detection of a stack's drift. Key: [id]. */
const detectionRecords = defineCollection<{
  readonly id: string;
  readonly stackId: string;
  readonly status: string;
  readonly drifted: number;
  readonly atMs: number;
  readonly transition?: Transition<"DETECTION_IN_PROGRESS"> | undefined;
}>({ name: "drift-detections" });

/** States in which a stack can be looked at. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/detect-drift-stack.html */
const DETECTABLE = /^(?:CREATE|UPDATE|UPDATE_ROLLBACK|ROLLBACK|IMPORT)_(?:COMPLETE|FAILED)$/;

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html and its neighbours */
export const driftOperations: Handlers<CloudFormation.Operations> = {
  async DetectStackDrift({ StackName, LogicalResourceIds }, ctx) {
    const stack = detectable(StackName, ctx);
    const unknown = LogicalResourceIds?.find(
      (id) => !ctx.store.collection(resourceRecords).has([stack.id, id]),
    );
    if (unknown !== undefined) throw resourceMissing(unknown, stack.name);
    const drifts = await driftsOf(stack, ctx, LogicalResourceIds);
    const drifted = drifts.filter(([, { status }]) => status === "MODIFIED" || status === "DELETED").length;
    const atMs = ctx.clock.now();
    const status = drifted > 0 ? "DRIFTED" : "IN_SYNC";
    const transition = begin(driftDetectionLifecycle, "DETECTION_IN_PROGRESS", stack.id, ctx, ctx);
    const detection = { id: ctx.random.uuid(), stackId: stack.id, status, drifted, atMs, transition };
    ctx.store.transaction(() => {
      ctx.store.collection(detectionRecords).put([detection.id], detection);
      // What cannot be looked at is as it was known to be.
      if (transition?.failure !== undefined) return;
      for (const [record, drift] of drifts) saveDrift(record, drift, ctx);
      saveStack({ ...stackOf(stack.id, ctx), drift: { status, checkedMs: atMs } }, ctx);
    });
    return { StackDriftDetectionId: detection.id };
  },

  DescribeStackDriftDetectionStatus({ StackDriftDetectionId }, ctx) {
    const detection = ctx.store.collection(detectionRecords).get([StackDriftDetectionId]);
    if (!detection) throw validationError(`DriftDetectionId ${StackDriftDetectionId} does not exist`);
    const { transition } = detection;
    const state = stateOf(driftDetectionLifecycle, transition, "DETECTION_COMPLETE", ctx.host);
    return {
      StackId: detection.stackId,
      StackDriftDetectionId,
      DetectionStatus: state as CloudFormation.StackDriftDetectionStatus,
      ...(state === "DETECTION_FAILED" && { DetectionStatusReason: transition?.failure }),
      ...(state === "DETECTION_COMPLETE" && {
        StackDriftStatus: detection.status as CloudFormation.StackDriftStatus,
        DriftedStackResourceCount: detection.drifted,
      }),
      Timestamp: new Date(detection.atMs),
    };
  },

  async DetectStackResourceDrift({ StackName, LogicalResourceId }, ctx) {
    const stack = detectable(StackName, ctx);
    const record = ctx.store.collection(resourceRecords).get([stack.id, LogicalResourceId]);
    if (!record) throw resourceMissing(LogicalResourceId, stack.name);
    const drift = await driftOf(record, stack, ctx);
    ctx.store.transaction(() => saveDrift(record, drift, ctx));
    return { StackResourceDrift: describeDrift({ ...record, drift }) };
  },

  DescribeStackResourceDrifts(input, ctx) {
    const {
      StackName,
      StackResourceDriftStatusFilters: wanted,
      NextToken: token,
      MaxResults: size = PAGE_SIZE,
    } = input;
    const stack = stackOf(StackName, ctx);
    const all = resourcesOf(stack.id, ctx).filter(
      ({ drift }) => drift && (!wanted?.length || wanted.includes(drift.status)),
    );
    const { items, nextToken } = page(all, ({ logicalId }) => [logicalId], {
      size,
      token,
      query: [stack.id, wanted ?? []],
      refuse: () => validationError("Token is invalid"),
    });
    return { StackResourceDrifts: items.map(describeDrift), ...(nextToken && { NextToken: nextToken }) };
  },
};

/** What has become of a stack's resources, by logical id. */
export async function driftsIn(stack: StackRecord, ctx: Context): Promise<Record<string, ResourceDrift>> {
  const drifts = await driftsOf(stack, ctx);
  return Object.fromEntries(drifts.map(([{ logicalId }, drift]) => [logicalId, drift]));
}

/** Of resources that are not as their template says, what their services say of them. */
export const driftedProperties = (drifts: Readonly<Record<string, ResourceDrift>>): Record<string, Values> =>
  Object.fromEntries(
    Object.entries(drifts).flatMap(([id, { status, actual }]) =>
      status === "MODIFIED" && actual ? [[id, actual] as const] : [],
    ),
  );

/** The resources of a stack that are there, each with what has become of it. @param ids of those that are asked for; default: all */
async function driftsOf(
  stack: StackRecord,
  ctx: Context,
  ids?: readonly string[],
): Promise<(readonly [ResourceRecord, ResourceDrift])[]> {
  const records = resourcesOf(stack.id, ctx).filter(
    ({ logicalId, physicalId, status }) =>
      physicalId !== undefined &&
      !status.startsWith("DELETE") &&
      (ids === undefined || ids.includes(logicalId)),
  );
  return Promise.all(records.map(async (record) => [record, await driftOf(record, stack, ctx)] as const));
}

/** @throws ValidationError */
function detectable(name: string, ctx: Context): StackRecord {
  const stack = stackOf(name, ctx);
  if (!DETECTABLE.test(stack.status))
    throw validationError(
      `Drift detection cannot be performed on stack [${stack.id}] while it is in ${stack.status} state`,
    );
  return stack;
}

function saveDrift(record: ResourceRecord, drift: ResourceDrift, ctx: Context): void {
  const now = ctx.store.collection(resourceRecords).get([record.stackId, record.logicalId]);
  if (now) ctx.store.collection(resourceRecords).put([record.stackId, record.logicalId], { ...now, drift });
}

/** What a template says of a resource against what its service says. */
async function driftOf(record: ResourceRecord, stack: StackRecord, ctx: Context): Promise<ResourceDrift> {
  const checkedMs = ctx.clock.now();
  const type = hasType(record.type) ? await loadType(record.type) : undefined;
  if (!type?.read || record.isSkipped) return { status: "NOT_CHECKED", checkedMs };
  const call: Call = (service, operation, input) => ctx.call(service, operation, input, { as: ctx.caller });
  const expected = (await resolved(record.properties, call)) as Values;
  const { physicalId: id = "", attributes } = record;
  try {
    const actual = await type.read(
      { id, properties: expected, attributes },
      readingContext(ctx, call, stack),
    );
    // What cannot be read is not looked at, as recorded of a function's code, nor what the template does not say.
    const readable = withoutWriteOnly(record.type, expected);
    if (!actual) return { status: "DELETED", checkedMs, expected: readable };
    const shown = withoutWriteOnly(
      record.type,
      Object.fromEntries(
        Object.keys(expected).flatMap((name) => (actual[name] === undefined ? [] : [[name, actual[name]]])),
      ) as Values,
    );
    const status = isSame(readable, shown) ? "IN_SYNC" : "MODIFIED";
    return { status, checkedMs, expected: readable, actual: shown };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { status: "UNKNOWN", checkedMs, reason: error.message };
  }
}

function describeDrift(record: ResourceRecord): CloudFormation.StackResourceDrift {
  const { stackId, logicalId, physicalId, type, drift } = record;
  const { status = "NOT_CHECKED", checkedMs = 0, expected, actual, reason } = drift ?? {};
  return {
    StackId: stackId,
    LogicalResourceId: logicalId,
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ResourceType: type,
    ...(expected && { ExpectedProperties: JSON.stringify(expected) }),
    ...(actual && { ActualProperties: JSON.stringify(actual) }),
    ...(expected && actual && { PropertyDifferences: [...differences(expected, actual, "")] }),
    StackResourceDriftStatus: status as CloudFormation.StackResourceDriftStatus,
    Timestamp: new Date(checkedMs),
    ...(reason !== undefined && { DriftStatusReason: reason }),
  };
}

/** Where two values differ, by the deepest path that both have. */
function* differences(
  expected: Value | undefined,
  actual: Value | undefined,
  path: string,
): Iterable<CloudFormation.PropertyDifference> {
  if (isSame(expected, actual)) return;
  const both = [expected, actual];
  if (both.every(isMap) || both.every(Array.isArray)) {
    const [one, other] = both.map((value) => ({ ...(value as Values) })) as [Values, Values];
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)]))
      yield* differences(one[name], other[name], `${path}/${name}`);
    return;
  }
  const text = (value: Value | undefined) =>
    value === undefined ? "null" : typeof value === "object" ? JSON.stringify(value) : String(value);
  yield {
    PropertyPath: path,
    ExpectedValue: text(expected),
    ActualValue: text(actual),
    DifferenceType: expected === undefined ? "ADD" : actual === undefined ? "REMOVE" : "NOT_EQUAL",
  };
}
