import { begin, hasLeft } from "../../aws/lifecycle.ts";
import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import {
  invalidEncryption,
  invalidToken,
  missingRequiredParameter,
  stateMachineExists,
  validation,
} from "./errors.ts";
import { forgetEnded } from "./expiry.ts";
import { definitionOf } from "./language/definition.ts";
import { diagnose, refuseDefinition } from "./language/diagnose.ts";
import { variableReferences } from "./language/variable-references.ts";
import { machineLifecycle } from "./lifecycle.ts";
import { checkLogging, loggingOf } from "./logging-configuration.ts";
import { checkName, checkRole } from "./names.ts";
import {
  definitionText,
  findMachine,
  findStartable,
  keepDefinition,
  lookUpMachine,
  readMachineArn,
  refuseLeaving,
  removeMachine,
  type Startable,
  type StateMachineRecord,
  saveMachine,
  stateMachineRecords,
} from "./state-machine.ts";
import { tagging, tagsOf } from "./tags.ts";
import { publish } from "./versions.ts";

const PAGE_SIZE = 100;
const OWN_KEY: SFN.EncryptionConfiguration = { type: "AWS_OWNED_KEY" };

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html and its neighbours */
export const stateMachines: Handlers<SFN.Operations> = {
  async CreateStateMachine(input, ctx) {
    checkName(input.name);
    if (input.versionDescription !== undefined && !input.publish)
      throw validation("Version description can only be set when publish is true");
    checkRole(input.roleArn);
    const type = input.type === "EXPRESS" ? "EXPRESS" : "STANDARD";
    refuseDefinition(input.definition, type);
    checkEncryption(input.encryptionConfiguration);
    const logging = loggingOf(input.loggingConfiguration);
    await checkLogging(logging, ctx);
    return ctx.store.transaction(() => create(input, type, logging, ctx));
  },

  DescribeStateMachine: ({ stateMachineArn, includedData }, ctx) =>
    describe(findStartable(stateMachineArn, ctx), ctx, includedData !== "METADATA_ONLY"),

  async UpdateStateMachine(input, ctx) {
    const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } =
      input;
    if (
      ![definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration].some(
        (given) => given !== undefined,
      )
    )
      if (!input.publish) throw missingRequiredParameter();
    if (input.versionDescription !== undefined && !input.publish)
      throw validation("Version description can only be set when publish is true");
    checkEncryption(encryptionConfiguration);
    if (roleArn !== undefined) checkRole(roleArn);
    const machine = findMachine(input.stateMachineArn, ctx);
    refuseLeaving(machine);
    if (definition !== undefined) refuseDefinition(definition, machine.type);
    if (loggingConfiguration) await checkLogging(loggingConfiguration, ctx);
    return ctx.store.transaction(() => update(input, findMachine(input.stateMachineArn, ctx), ctx));
  },

  DeleteStateMachine({ stateMachineArn }, ctx) {
    const { name, qualifier } = readMachineArn(stateMachineArn);
    if (qualifier !== undefined) throw validation(`Invalid state machine ARN: ${stateMachineArn}`);
    const machine = lookUpMachine(name, ctx);
    // What is deleted twice, or was never there, is no error.
    if (!machine || machine.transition) return {};
    const transition = begin(machineLifecycle, "DELETING", machine.arn, ctx, ctx);
    if (transition) saveMachine({ ...machine, transition }, ctx);
    else removeMachine(name, ctx);
    forgetEnded(name, ctx.store);
    return {};
  },

  ListStateMachines({ maxResults, nextToken: token }, ctx) {
    const { items, nextToken } = page(
      [...ctx.store.collection(stateMachineRecords).values()].filter(
        ({ transition }) => !hasLeft(transition, ctx.host),
      ),
      ({ name }) => [name],
      { size: maxResults || PAGE_SIZE, token, refuse: () => invalidToken(`${token}`) },
    );
    return {
      stateMachines: items.map(({ arn, name, type, createdMs }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: new Date(createdMs),
      })),
      ...(nextToken && { nextToken }),
    };
  },

  ValidateStateMachineDefinition({ definition, type, severity, maxResults }) {
    const all = diagnose(definition, type === "EXPRESS" ? "EXPRESS" : "STANDARD");
    const wanted = severity === "WARNING" ? all : all.filter(({ severity: of }) => of === "ERROR");
    const most = maxResults || 100;
    return {
      result: all.some(({ severity: of }) => of === "ERROR") ? "FAIL" : "OK",
      diagnostics: wanted
        .slice(0, most)
        .map(({ location, ...said }) => ({ ...said, ...(typeof location === "string" && { location }) })),
      truncated: wanted.length > most,
    };
  },
};

/** @throws InvalidEncryptionConfiguration */
function checkEncryption(given: SFN.EncryptionConfiguration | undefined): void {
  if (given?.type === "CUSTOMER_MANAGED_KMS_KEY" && given.kmsKeyId === undefined)
    throw invalidEncryption("Invalid Encryption Configuration: a customer managed key needs a kmsKeyId.");
}

function create(
  input: SFN.CreateStateMachineInput,
  type: StateMachineRecord["type"],
  logging: SFN.LoggingConfiguration,
  ctx: Context,
): SFN.CreateStateMachineOutput {
  const arn = makeArn("states", ctx.region, ctx.account, `stateMachine:${input.name}`);
  const nowMs = ctx.clock.now();
  const definition = keepDefinition(input.definition, ctx);
  const tracing = input.tracingConfiguration ?? { enabled: false };
  const encryption = input.encryptionConfiguration ?? OWN_KEY;
  const before = lookUpMachine(input.name, ctx);
  if (before) refuseLeaving(before);
  let machine: StateMachineRecord;
  if (before) {
    const same = JSON.stringify([definition, type, logging, tracing, encryption]);
    const was = [before.definition, before.type, before.logging, before.tracing, before.encryption];
    if (same !== JSON.stringify(was)) throw stateMachineExists(arn);
    machine = before;
  } else {
    machine = {
      name: input.name,
      arn,
      type,
      definition,
      roleArn: input.roleArn,
      createdMs: nowMs,
      updatedMs: nowMs,
      logging,
      tracing,
      encryption,
      tags: tagging.read(tagsOf(input.tags)),
      lastVersion: 0,
    };
    saveMachine(machine, ctx);
  }
  const version = input.publish ? publish(machine, input.versionDescription, ctx) : undefined;
  return {
    stateMachineArn: arn,
    creationDate: new Date(machine.createdMs),
    ...(version && { stateMachineVersionArn: version.arn }),
  };
}

function update(
  input: SFN.UpdateStateMachineInput,
  machine: StateMachineRecord,
  ctx: Context,
): SFN.UpdateStateMachineOutput {
  const changed: StateMachineRecord = {
    ...machine,
    ...(input.definition !== undefined && { definition: keepDefinition(input.definition, ctx) }),
    ...(input.roleArn !== undefined && { roleArn: input.roleArn }),
    ...(input.loggingConfiguration && { logging: loggingOf(input.loggingConfiguration) }),
    ...(input.tracingConfiguration && { tracing: input.tracingConfiguration }),
    ...(input.encryptionConfiguration && { encryption: input.encryptionConfiguration }),
  };
  const isOther = JSON.stringify(changed) !== JSON.stringify(machine);
  const updatedMs = ctx.clock.now();
  const saved = {
    ...changed,
    updatedMs,
    ...(isOther && { revisionId: ctx.random.uuid() }),
  };
  saveMachine(saved, ctx);
  const version = input.publish ? publish(saved, input.versionDescription, ctx) : undefined;
  return {
    updateDate: new Date(updatedMs),
    ...(saved.revisionId !== undefined && { revisionId: saved.revisionId }),
    ...(version && { stateMachineVersionArn: version.arn }),
  };
}

function describe(
  { machine, version }: Startable,
  ctx: Context,
  withData: boolean,
): SFN.DescribeStateMachineOutput {
  const { definition, roleArn, logging, tracing, encryption, revisionId, createdMs } = version ?? machine;
  const text = definitionText(definition, ctx);
  const references = withData ? variableReferences(definitionOf(definition, () => text)) : undefined;
  return {
    stateMachineArn: version?.arn ?? machine.arn,
    name: machine.name,
    status: machine.transition ? "DELETING" : "ACTIVE",
    definition: withData ? text : "",
    roleArn,
    type: machine.type,
    creationDate: new Date(createdMs),
    loggingConfiguration: logging,
    tracingConfiguration: tracing,
    encryptionConfiguration: encryption,
    ...(revisionId !== undefined && { revisionId }),
    ...(version?.description !== undefined && { description: version.description }),
    ...(references && { variableReferences: references }),
  };
}
