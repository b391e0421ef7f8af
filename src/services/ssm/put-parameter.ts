import { onceSettled } from "../../aws/due.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { matches } from "./allowed-pattern.ts";
import {
  oldestVersionIsLabelled,
  parameterExists,
  parameterLimit,
  patternMismatch,
  typeMismatch,
  validation,
} from "./errors.ts";
import {
  type Found,
  lookUp,
  type ParameterRecord,
  parameterArn,
  parameterRecords,
  removeParameter,
  saveVersion,
  type Tier,
  type VersionRecord,
  versionRecords,
} from "./parameter.ts";
import { announceParameter } from "./parameter-events.ts";
import { checkNewName, keyOfName, readName } from "./parameter-name.ts";
import { nextDue, readPolicies } from "./parameter-policies.ts";
import type { PolicyClock } from "./policy-clock.ts";
import { DEFAULT_KEY, type Sealed, seal } from "./secure-string.ts";
import { settingOf } from "./service-settings.ts";
import { tagging } from "./tagging.ts";

const MOST: Readonly<Record<Tier, number>> = { Standard: 10_000, Advanced: 100_000 };
const MOST_VERSIONS = 100;
const LONGEST_VALUE: Readonly<Record<Tier, number>> = { Standard: 4096, Advanced: 8192 };
const DATA_TYPES = new Set(["text", "aws:ec2:image", "aws:ssm:integration"]);

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export const putParameter = (clock: PolicyClock): Handlers<SSM.Operations> => ({
  PutParameter(input, ctx) {
    const plan = planOf(input, ctx);
    const put = (sealed: Sealed) => {
      const answer = write(input, sealed, ctx);
      onceSettled(ctx.host.storage, () => clock.look());
      return answer;
    };
    if (plan.type !== "SecureString") return put({ value: input.Value });
    // Others write while KMS works: what is true by then is looked up again.
    return seal(input.Value, plan, ctx).then((sealed) => ctx.store.transaction(() => put(sealed)));
  },
});

interface Plan {
  readonly name: string;
  readonly arn: string;
  readonly type: VersionRecord["type"];
  readonly keyId: string;
  readonly tier: Tier;
  readonly found: Found | undefined;
}

/** What is to be written, checked. */
function planOf(input: SSM.PutParameterRequest, ctx: Context): Plan {
  const { name, selector, isForeign } = readName(input.Name, ctx);
  if (selector !== undefined || isForeign) throw validation("Parameter name must be a fully qualified name.");
  const found = lookUp({ name }, ctx);
  const arn = parameterArn(ctx, name);
  if (!found) checkNewName(name, arn);
  if (input.Tags?.length && input.Overwrite) {
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (found && !input.Overwrite) throw parameterExists();
  const type = (input.Type ?? found?.current.type) as VersionRecord["type"] | undefined;
  if (type === undefined) throw validation("A parameter type is required when you create a parameter.");
  if (found && type !== found.current.type) throw typeMismatch();
  if (input.KeyId !== undefined && type !== "SecureString")
    throw validation("KeyId is required for SecureString type parameter only.");
  checkValue(input, type);
  const tier = tierOf(input, found, ctx);
  return { name, arn, type, keyId: input.KeyId ?? found?.current.keyId ?? DEFAULT_KEY, tier, found };
}

function checkValue(input: SSM.PutParameterRequest, type: string): void {
  const { Value, AllowedPattern, DataType } = input;
  if (Value === "") {
    throw validation(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html: a value refers to no other parameter.
  if (/\{\{.*\}\}/s.test(Value))
    throw validation('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  if (DataType && !DATA_TYPES.has(DataType))
    throw validation(
      `The following data type is not supported: ${DataType} (Data type names are all lowercase.)`,
    );
  if (DataType === "aws:ec2:image" && type !== "String")
    throw validation("The data type aws:ec2:image is supported for parameters of the type String only.");
  if (AllowedPattern && !matches(Value, AllowedPattern)) throw patternMismatch(AllowedPattern);
}

/** A parameter can go up a tier, and not down again. */
function tierOf(input: SSM.PutParameterRequest, found: Found | undefined, ctx: Context): Tier {
  const { Value, Policies } = input;
  const before = found?.parameter.tier;
  // Whoever names none has the account's: https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-default-tier.html
  const Tier =
    input.Tier ?? (found ? undefined : settingOf("/ssm/parameter-store/default-parameter-tier", ctx));
  if (Tier === "Standard" && before === "Advanced") {
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  const size = Value.length;
  const needsMore = size > LONGEST_VALUE.Standard || hasPolicies(Policies);
  const tier =
    Tier === "Advanced" || before === "Advanced" || (Tier === "Intelligent-Tiering" && needsMore)
      ? "Advanced"
      : "Standard";
  if (size > LONGEST_VALUE[tier]) {
    throw validation(
      tier === "Standard"
        ? "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
        : "Advanced tier parameters support a maximum parameter value of 8192 characters.",
    );
  }
  if (tier === "Standard" && hasPolicies(Policies)) {
    throw validation(
      "Parameter policies are supported for advanced-tier parameters only. To use policies, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
    );
  }
  return tier;
}

const hasPolicies = (policies: string | undefined) =>
  policies !== undefined && !/^\s*(?:\[\s*\]|\{\s*\})?\s*$/.test(policies);

function write(input: SSM.PutParameterRequest, sealed: Sealed, ctx: Context): SSM.PutParameterResult {
  const { name, arn, type, keyId, tier, found } = planOf(input, ctx);
  if (!found) makeRoom(name, tier, ctx);
  if (found) dropOldest(found.parameter, ctx);
  const now = ctx.clock.now();
  const before = found?.current;
  const description = input.Description ?? before?.description;
  const allowedPattern = input.AllowedPattern ?? before?.allowedPattern;
  const policies = hasPolicies(input.Policies) ? readPolicies(input.Policies ?? "", now) : [];
  const kept = input.Policies === undefined ? readAgain(before, now) : policies;
  const version: VersionRecord = {
    version: (before?.version ?? 0) + 1,
    type,
    ...sealed,
    ...(type === "SecureString" && { keyId }),
    dataType: input.DataType || before?.dataType || "text",
    tier,
    ...(description && { description }),
    ...(allowedPattern && { allowedPattern }),
    policies: kept,
    labels: [],
    modifiedMs: now,
    modifiedBy: ctx.caller.arn,
  };
  const dueMs = nextDue(kept);
  const parameter: ParameterRecord = {
    name: found?.parameter.name ?? name,
    arn,
    version: version.version,
    tier,
    tags: found?.parameter.tags ?? tagging.read(input.Tags),
    ...(dueMs !== undefined && { dueMs }),
  };
  saveVersion(parameter, version, ctx);
  ctx.store.collection(parameterRecords).put(keyOfName(name), parameter);
  announceParameter(found ? "Update" : "Create", parameter, version, ctx);
  return { Version: version.version, Tier: tier };
}

/** Policies stay with a new value, and those that wait for a change begin anew. */
const readAgain = (before: VersionRecord | undefined, now: number) =>
  before ? readPolicies(`[${before.policies.map(({ text }) => text).join()}]`, now) : [];

function makeRoom(name: string, tier: Tier, ctx: Context): void {
  const parameters = ctx.store.collection(parameterRecords);
  // One that has expired makes room for its successor.
  const expired = parameters.get(keyOfName(name));
  if (expired) removeParameter(expired, ctx);
  if (parameters.by("tier").count({ prefix: [tier] }) >= MOST[tier])
    throw parameterLimit(MOST[tier], tier.toLowerCase());
}

function dropOldest(parameter: ParameterRecord, ctx: Context): void {
  const versions = ctx.store.collection(versionRecords);
  if (versions.count({ prefix: [parameter.arn] }) < MOST_VERSIONS) return;
  const [oldest] = versions.values({ prefix: [parameter.arn], limit: 1 });
  if (!oldest) return;
  if (oldest.labels.length > 0) throw oldestVersionIsLabelled(parameter.name, oldest.version);
  versions.delete([parameter.arn, oldest.version]);
}
