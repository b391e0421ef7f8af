import { pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { aliasNotFound, conflict, invalidToken, validation } from "./errors.ts";
import {
  type AliasRecord,
  aliasRecords,
  findMachine,
  readMachineArn,
  versionRecords,
} from "./state-machine.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html and its neighbours */
export const aliases: Handlers<SFN.Operations> = {
  CreateStateMachineAlias({ name, description, routingConfiguration }, ctx) {
    const machine = checkRouting(routingConfiguration, ctx);
    const collection = ctx.store.collection(aliasRecords);
    const before = collection.get([machine.name, name]);
    if (before) {
      const isSame =
        JSON.stringify(before.routing) === JSON.stringify(routingConfiguration) &&
        before.description === description;
      if (!isSame)
        throw conflict(
          "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
        );
      return { stateMachineAliasArn: before.arn, creationDate: new Date(before.createdMs) };
    }
    const nowMs = ctx.clock.now();
    const alias: AliasRecord = {
      machine: machine.name,
      name,
      arn: `${machine.arn}:${name}`,
      description,
      routing: routingConfiguration,
      createdMs: nowMs,
      updatedMs: nowMs,
    };
    collection.put([machine.name, name], alias);
    return { stateMachineAliasArn: alias.arn, creationDate: new Date(nowMs) };
  },

  DescribeStateMachineAlias({ stateMachineAliasArn }, ctx) {
    const { arn, name, description, routing, createdMs, updatedMs } = findAlias(stateMachineAliasArn, ctx);
    return {
      stateMachineAliasArn: arn,
      name,
      ...(description !== undefined && { description }),
      routingConfiguration: routing,
      creationDate: new Date(createdMs),
      updateDate: new Date(updatedMs),
    };
  },

  UpdateStateMachineAlias({ stateMachineAliasArn, description, routingConfiguration }, ctx) {
    const alias = findAlias(stateMachineAliasArn, ctx);
    if (routingConfiguration) checkRouting(routingConfiguration, ctx);
    const updatedMs = ctx.clock.now();
    ctx.store.collection(aliasRecords).put([alias.machine, alias.name], {
      ...alias,
      ...(description !== undefined && { description }),
      ...(routingConfiguration && { routing: routingConfiguration }),
      updatedMs,
    });
    return { updateDate: new Date(updatedMs) };
  },

  DeleteStateMachineAlias({ stateMachineAliasArn }, ctx) {
    const { machine, name } = findAlias(stateMachineAliasArn, ctx);
    ctx.store.collection(aliasRecords).delete([machine, name]);
    return {};
  },

  ListStateMachineAliases({ stateMachineArn, maxResults, nextToken: token }, ctx) {
    const { name } = findMachine(stateMachineArn, ctx);
    const { qualifier } = readMachineArn(stateMachineArn);
    const { items, nextToken } = pageOf(ctx.store.collection(aliasRecords), {
      size: maxResults || PAGE_SIZE,
      token,
      query: stateMachineArn,
      prefix: [name],
      // With a version's ARN: the aliases that lead to it.
      keep: ({ routing }) =>
        qualifier === undefined ||
        routing.some(({ stateMachineVersionArn }) => stateMachineVersionArn === stateMachineArn),
      refuse: () => invalidToken(`${token}`),
    });
    return {
      stateMachineAliases: items.map(({ arn, createdMs }) => ({
        stateMachineAliasArn: arn,
        creationDate: new Date(createdMs),
      })),
      ...(nextToken && { nextToken }),
    };
  },
};

/** @throws ResourceNotFound */
function findAlias(arn: string, ctx: Context): AliasRecord {
  const { name, qualifier } = readMachineArn(arn);
  const alias =
    qualifier === undefined ? undefined : ctx.store.collection(aliasRecords).get([name, qualifier]);
  if (!alias) throw aliasNotFound();
  return alias;
}

/** One version, or two whose weights make a hundred, of one machine. @throws ValidationException */
function checkRouting(routing: SFN.RoutingConfigurationList, ctx: Context) {
  const arns = routing.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const received = (what: readonly unknown[]) => `Received: [${what.join(", ")}]`;
  if (arns.some((arn) => !/:stateMachine:[^:]+:\d+$/.test(arn)))
    throw validation(`Routing configuration must contain state machine version ARNs. ${received(arns)}`);
  if (new Set(arns).size < arns.length)
    throw validation(
      `Routing configuration must contain distinct state machine version ARNs. ${received(arns)}`,
    );
  const weights = routing.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100)
    throw validation(`Sum of routing configuration weights must equal 100. ${received(weights)}`);
  const machine = findMachine(arns[0] ?? "", ctx);
  for (const arn of arns) {
    const { name, qualifier } = readMachineArn(arn);
    if (name !== machine.name)
      throw validation(`Routing configuration must contain versions of one state machine. ${received(arns)}`);
    if (!ctx.store.collection(versionRecords).has([name, Number(qualifier)])) throw aliasNotFound();
  }
  return machine;
}
