import { hasLeft, type Transition } from "../../aws/lifecycle.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { definitionTexts } from "./definition-text.ts";
import { invalidArn, stateMachineDeleting, stateMachineNotFound } from "./errors.ts";
import { readArnOf } from "./execution-arn.ts";
import { fingerprintOf } from "./language/definition.ts";

/** A state machine as it is kept, by its name. */
export interface StateMachineRecord {
  readonly name: string;
  readonly arn: string;
  readonly type: "STANDARD" | "EXPRESS";
  /** Under which its definition is kept. */
  readonly definition: string;
  readonly roleArn: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Absent until it is first updated. */
  readonly revisionId?: string | undefined;
  readonly logging: SFN.LoggingConfiguration;
  readonly tracing: SFN.TracingConfiguration;
  readonly encryption: SFN.EncryptionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  /** The number of the version that was published last; numbers are not used again. */
  readonly lastVersion: number;
  readonly transition?: Transition<"DELETING">;
}

export const stateMachineRecords = defineCollection<StateMachineRecord>({ name: "state-machines" });

/** A version, by machine and number: what a state machine was when it was published. */
export interface VersionRecord {
  readonly machine: string;
  readonly number: number;
  readonly arn: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly revisionId?: string | undefined;
  readonly description?: string | undefined;
  readonly createdMs: number;
  readonly logging: SFN.LoggingConfiguration;
  readonly tracing: SFN.TracingConfiguration;
  readonly encryption: SFN.EncryptionConfiguration;
}

export const versionRecords = defineCollection<VersionRecord>({ name: "versions" });

/** An alias, by machine and name. */
export interface AliasRecord {
  readonly machine: string;
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly routing: SFN.RoutingConfigurationList;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export const aliasRecords = defineCollection<AliasRecord>({ name: "aliases" });

export const saveMachine = (machine: StateMachineRecord, ctx: Context): void =>
  ctx.store.collection(stateMachineRecords).put([machine.name], machine);

/** Keeps a definition's text, and says under what. */
export function keepDefinition(text: string, ctx: Context): string {
  const fingerprint = fingerprintOf(text);
  const texts = ctx.store.collection(definitionTexts);
  if (!texts.has([fingerprint])) texts.put([fingerprint], text);
  return fingerprint;
}

export const definitionText = (fingerprint: string, ctx: Pick<Context, "store">): string =>
  sure(ctx.store.collection(definitionTexts).get([fingerprint])); // No text is ever taken away.

/** Where a state machine's ARN is, its name in it, and the version's number or alias behind that. @throws InvalidArn */
export function readMachineArn(arn: string): {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly qualifier?: string | undefined;
} {
  const {
    account,
    region,
    names: [name, qualifier],
  } = readArnOf(["stateMachine"], arn);
  if (name === undefined || name === "") throw invalidArn(`Invalid ARN: ${arn}`);
  return { account, region, name, qualifier };
}

/** The name and number of a version. @throws InvalidArn also for a machine's own ARN, or an alias' */
export function readVersionArn(arn: string): { readonly name: string; readonly number: number } {
  const { name, qualifier = "" } = readMachineArn(arn);
  if (!/^\d{1,15}$/.test(qualifier)) throw invalidArn(`Invalid ARN: ${arn}`);
  return { name, number: Number(qualifier) };
}

/** @throws InvalidArn, StateMachineDoesNotExist */
export function findMachine(arn: string, ctx: Context): StateMachineRecord {
  const { account, region, name } = readMachineArn(arn);
  const machine = account === ctx.account && region === ctx.region ? lookUpMachine(name, ctx) : undefined;
  if (!machine) throw stateMachineNotFound(arn);
  return machine;
}

/** Undefined also for one whose deletion is over. */
export function lookUpMachine(name: string, ctx: Context): StateMachineRecord | undefined {
  const machine = ctx.store.collection(stateMachineRecords).get([name]);
  if (!machine || !hasLeft(machine.transition, ctx.host)) return machine;
  removeMachine(name, ctx);
  return undefined;
}

export function removeMachine(name: string, { store }: Pick<Context, "store">): void {
  store.collection(stateMachineRecords).delete([name]);
  store.collection(versionRecords).clear({ prefix: [name] });
  store.collection(aliasRecords).clear({ prefix: [name] });
}

/** @throws StateMachineDeleting */
export function refuseLeaving({ arn, transition }: StateMachineRecord): void {
  if (transition) throw stateMachineDeleting(arn);
}

/** What is to be run when an ARN is started. */
export interface Startable {
  readonly machine: StateMachineRecord;
  /** The machine as it was published, when the ARN is a version's or an alias'; it is run as it is otherwise. */
  readonly version?: VersionRecord;
  readonly aliasArn?: string;
}

/** @throws InvalidArn, StateMachineDoesNotExist */
export function findStartable(arn: string, ctx: Context): Startable {
  const machine = findMachine(arn, ctx);
  const { qualifier } = readMachineArn(arn);
  if (qualifier === undefined) return { machine };
  const version = (number: number) => {
    const found = ctx.store.collection(versionRecords).get([machine.name, number]);
    if (!found) throw stateMachineNotFound(arn);
    return found;
  };
  if (/^\d+$/.test(qualifier)) return { machine, version: version(Number(qualifier)) };
  const alias = ctx.store.collection(aliasRecords).get([machine.name, qualifier]);
  if (!alias) throw stateMachineNotFound(arn);
  const chosenArn = chosen(alias.routing, ctx.random.next() * 100);
  return { machine, version: version(Number(chosenArn.split(":").at(-1))), aliasArn: alias.arn };
}

/** One of an alias' versions, as often as its weight says. */
function chosen(routing: SFN.RoutingConfigurationList, hundredths: number): string {
  let drawn = hundredths;
  const taken = routing.find(({ weight }) => {
    drawn -= weight;
    return drawn < 0;
  });
  return sure(taken ?? routing.at(-1)).stateMachineVersionArn; // An alias routes to one version at least.
}
