import { pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { conflict, invalidToken } from "./errors.ts";
import {
  aliasRecords,
  findMachine,
  readMachineArn,
  readVersionArn,
  type StateMachineRecord,
  saveMachine,
  type VersionRecord,
  versionRecords,
} from "./state-machine.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html and its neighbours */
export const versions: Handlers<SFN.Operations> = {
  PublishStateMachineVersion({ stateMachineArn, revisionId, description }, ctx) {
    const machine = findMachine(stateMachineArn, ctx);
    if (revisionId !== undefined && revisionId !== (machine.revisionId ?? "INITIAL"))
      throw conflict(
        `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${machine.revisionId ?? "INITIAL"}.`,
      );
    const version = publish(machine, description, ctx);
    return { creationDate: new Date(version.createdMs), stateMachineVersionArn: version.arn };
  },

  DeleteStateMachineVersion({ stateMachineVersionArn }, ctx) {
    const { name, number } = readVersionArn(stateMachineVersionArn);
    const users = [...ctx.store.collection(aliasRecords).values({ prefix: [name] })].filter(({ routing }) =>
      routing.some((route) => route.stateMachineVersionArn === stateMachineVersionArn),
    );
    if (users.length > 0)
      throw conflict(
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map((alias) => alias.name).join(", ")}]`,
      );
    ctx.store.collection(versionRecords).delete([name, number]);
    return {};
  },

  ListStateMachineVersions({ stateMachineArn, maxResults, nextToken: token }, ctx) {
    const { name } = readMachineArn(stateMachineArn);
    const { items, nextToken } = pageOf(ctx.store.collection(versionRecords), {
      size: maxResults || PAGE_SIZE,
      token,
      query: stateMachineArn,
      prefix: [name],
      descending: true,
      refuse: () => invalidToken(`${token}`),
    });
    return {
      stateMachineVersions: items.map(({ arn, createdMs }) => ({
        stateMachineVersionArn: arn,
        creationDate: new Date(createdMs),
      })),
      ...(nextToken && { nextToken }),
    };
  },
};

/** Publishes what a machine is; the version that was published last is given again when it is that already. */
export function publish(
  machine: StateMachineRecord,
  description: string | undefined,
  ctx: Context,
): VersionRecord {
  const collection = ctx.store.collection(versionRecords);
  const last = collection.get([machine.name, machine.lastVersion]);
  if (last && last.revisionId === machine.revisionId) {
    if (description !== undefined && description !== last.description)
      throw conflict(
        "Failed to publish the State Machine version because a version with the same revision and a different description already exists.",
      );
    return last;
  }
  const number = machine.lastVersion + 1;
  const version: VersionRecord = {
    machine: machine.name,
    number,
    arn: `${machine.arn}:${number}`,
    definition: machine.definition,
    roleArn: machine.roleArn,
    revisionId: machine.revisionId,
    description,
    createdMs: ctx.clock.now(),
    logging: machine.logging,
    tracing: machine.tracing,
    encryption: machine.encryption,
  };
  collection.put([machine.name, number], version);
  saveMachine({ ...machine, lastVersion: number }, ctx);
  return version;
}
