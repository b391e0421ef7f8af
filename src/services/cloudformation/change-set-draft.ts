import { begin } from "../../aws/lifecycle.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import { type BlueprintInput, blueprintOf, TransformFailure } from "./blueprint.ts";
import { type ChangeSetRecord, changeSetArn } from "./change-set.ts";
import { driftedProperties, driftsIn } from "./drift.ts";
import { importsNeedPolicy, nestedTooDeeply } from "./errors.ts";
import { placeOf } from "./events.ts";
import { changeSetLifecycle } from "./lifecycles.ts";
import { MOST_LEVELS } from "./nested.ts";
import { nestedInput } from "./nested-input.ts";
import { NESTED_STACK, type Plan, type PlannedChange, planOf } from "./plan.ts";
import { NAME_ALPHABET } from "./resource-context.ts";
import { madeName } from "./resource-state.ts";
import { isSame, type Values } from "./sam/value.ts";
import { type Blueprint, lookUpStack, type StackRecord } from "./stack.ts";
import { newStack } from "./stacks.ts";

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** What a change set is asked to be. */
export interface AskedChangeSet {
  readonly name: string;
  readonly type: ChangeSetRecord["type"];
  readonly input: BlueprintInput;
  /** Existing resources to import: physical ids by logical ids. */
  readonly imports: ChangeSetRecord["imports"];
  readonly includesNested: boolean;
  readonly revertsDrift: boolean;
  readonly description?: string | undefined;
  readonly onStackFailure?: string | undefined;
}

/** A change set that nobody has kept yet, with those of its nested stacks. */
export interface Draft {
  readonly changeSet: ChangeSetRecord;
  /** The stack that it is for; one that is not there yet is to be kept with it. */
  readonly stack: StackRecord;
  readonly isNew: boolean;
  readonly nested: readonly Draft[];
}

/** Where in a hierarchy a nested change set stands. */
interface Above {
  readonly parentId: string;
  readonly rootId: string;
  readonly logicalId: string;
  readonly levels: number;
}

/**
 * Works out what a change set would do, and those of the nested stacks. Nothing is kept.
 * @throws ValidationError for what CloudFormation refuses at once
 */
export async function draftOf(
  asked: AskedChangeSet,
  stack: StackRecord,
  ctx: Context,
  above?: Above,
): Promise<Draft> {
  if ((above?.levels ?? 0) > MOST_LEVELS) throw nestedTooDeeply(MOST_LEVELS);
  const { input, imports } = asked;
  const id = changeSetArn(ctx, asked.name);
  const previous = stack.blueprint.body === "" ? { id: stack.id, name: stack.name } : stack;
  let blueprint: Blueprint | undefined;
  let changes: readonly PlannedChange[] = [];
  let nested: readonly Draft[] = [];
  let failure: string | undefined;
  let remark: string | undefined;
  let reverts: Readonly<Record<string, Values>> | undefined;
  let remakes: readonly string[] = [];
  try {
    const made = await blueprintOf(input, previous, ctx, { inChangeSet: true });
    ({ blueprint } = made);
    const losable = Object.keys(imports).filter(
      (logicalId) => made.template.resources[logicalId]?.deletionPolicy === undefined,
    );
    if (losable.length > 0) throw importsNeedPolicy(losable);
    if (asked.revertsDrift) {
      const drifts = await driftsIn(stack, ctx);
      reverts = driftedProperties(drifts);
      // What is in the template no more need not be made to be deleted.
      remakes = Object.keys(drifts).filter(
        (one) => drifts[one]?.status === "DELETED" && Object.hasOwn(made.template.resources, one),
      );
    }
    const to = made.blueprint;
    const planning = (quiet: readonly string[]) =>
      planOf(stack, to, placeOf(ctx), { imports, drifted: reverts, remakes, quiet });
    const planned = asked.includesNested
      ? await withNested(planning, asked, { stack, blueprint: to, id, above }, ctx)
      : { plan: await planning([]), nested: [] };
    const { plan } = planned;
    nested = planned.nested;
    changes = plan.changes.map((change) => {
      const own = nested.find(({ changeSet }) => changeSet.logicalId === change.logicalId)?.changeSet;
      return own ? { ...change, changeSetId: own.id } : change;
    });
    remark = plan.missing
      .map(
        ({ logicalId, reason }) =>
          `[WARN] --include-property-values option can return incomplete ChangeSet data because: ChangeSet creation failed for resource [${logicalId}] because: ${reason}`,
      )
      .join("\n");
    failure = plan.refusal;
    const broken = nested.find(({ changeSet }) => changeSet.status === "FAILED" && !isEmpty(changeSet));
    if (broken)
      failure ??= `Nested change set ${broken.changeSet.id} was not successfully created: Currently in FAILED.`;
    if (changes.length === 0 && !plan.isOtherwise && plan.missing.length === 0) failure ??= NO_CHANGES;
  } catch (error) {
    // A client is told of its own template at once, and of a nested one by its change set.
    if (!(error instanceof TransformFailure) && !(above && error instanceof AwsError)) throw error;
    failure = error.message;
  }
  const reason = failure ?? (remark || undefined);
  const changeSet: ChangeSetRecord = {
    id,
    transition: begin(changeSetLifecycle, "CREATE_IN_PROGRESS", id, ctx, ctx),
    name: asked.name,
    stackId: stack.id,
    stackName: stack.name,
    type: asked.type,
    ...(asked.description !== undefined && { description: asked.description }),
    createdMs: ctx.clock.now(),
    status: failure === undefined ? "CREATE_COMPLETE" : "FAILED",
    ...(reason !== undefined && { reason }),
    executionStatus: failure === undefined ? "AVAILABLE" : "UNAVAILABLE",
    blueprint: blueprint ?? { ...stack.blueprint, body: input.TemplateBody ?? stack.blueprint.body },
    changes,
    imports,
    includesNested: asked.includesNested,
    ...(above && { parentId: above.parentId, rootId: above.rootId, logicalId: above.logicalId }),
    ...(reverts && { reverts, remakes }),
    ...(asked.onStackFailure !== undefined && { onStackFailure: asked.onStackFailure }),
  };
  const there = lookUpStack(stack.id, ctx);
  return { changeSet, stack, isNew: !there || there.deletedMs !== undefined, nested };
}

/** Of the change set of a nested stack that stays as it is: the one around it goes on without it. */
const isEmpty = ({ reason }: ChangeSetRecord): boolean => reason === NO_CHANGES;

interface Around {
  readonly stack: StackRecord;
  readonly blueprint: Blueprint;
  /** The change set's. */
  readonly id: string;
  readonly above: Above | undefined;
}

/**
 * A plan with the change sets of the nested stacks that it adds or changes. What names one that stays as it is changes no more than
 * that, so that the plan is made anew without it.
 */
async function withNested(
  planning: (quiet: readonly string[]) => Promise<Plan>,
  asked: AskedChangeSet,
  around: Around,
  ctx: Context,
): Promise<{ plan: Plan; nested: readonly Draft[] }> {
  const quiet = new Map<string, Draft>();
  // The drafts of those that are planned anew as they were: each has a hierarchy below it.
  const made = new Map<string, { readonly change: PlannedChange; readonly draft: Draft }>();
  for (;;) {
    const plan = await planning([...quiet.keys()]);
    const nested: Draft[] = [];
    let isQuieter = false;
    for (const change of plan.changes) {
      if (change.type !== NESTED_STACK || (change.action !== "Add" && change.action !== "Modify")) continue;
      const known = made.get(change.logicalId);
      const draft =
        known && isAlike(known.change, change) ? known.draft : await nestedDraft(change, asked, around, ctx);
      made.set(change.logicalId, { change, draft });
      nested.push(draft);
      if (!isEmpty(draft.changeSet) || !change.details.every(({ source }) => source === "Automatic"))
        continue;
      quiet.set(change.logicalId, draft);
      isQuieter = true;
    }
    if (!isQuieter) return { plan, nested: [...quiet.values(), ...nested] };
  }
}

/** Do two changes ask the same of a nested stack? */
const isAlike = (one: PlannedChange, other: PlannedChange): boolean =>
  one.physicalId === other.physicalId && isSame(one.after ?? {}, other.after ?? {});

/** The change set of a nested stack. The form of its name is inferred. */
async function nestedDraft(
  { logicalId, physicalId, after = {} }: PlannedChange,
  asked: AskedChangeSet,
  { stack, blueprint, id, above }: Around,
  ctx: Context,
): Promise<Draft> {
  const suffix = ctx.random.string(12, NAME_ALPHABET);
  const there = physicalId === undefined ? undefined : lookUpStack(physicalId, ctx);
  const own =
    there ??
    newStack(madeName(stack.name, logicalId, suffix, 128), ctx, {
      parentId: stack.id,
      rootId: stack.rootId ?? stack.id,
    });
  const { description: _, onStackFailure: __, ...alike } = asked;
  return draftOf(
    {
      ...alike,
      name: madeName(asked.name, logicalId, suffix, 128),
      type: there ? "UPDATE" : "CREATE",
      input: nestedInput(after, blueprint.tags) as BlueprintInput,
      imports: {},
    },
    own,
    ctx,
    { parentId: id, rootId: above?.rootId ?? id, logicalId, levels: (above?.levels ?? 0) + 1 },
  );
}
