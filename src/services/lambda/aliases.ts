import type { Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import {
  aliasExists,
  aliasNotFound,
  functionNotFound,
  invalidParameter,
  latestBesideOthers,
  revisionMismatch,
} from "./errors.ts";
import { eventInvokeConfigs } from "./event-invoke-configs.ts";
import { functionArn } from "./function-name.ts";
import { functionUrls } from "./function-url-records.ts";
import type { Lambda } from "./lambda.ts";
import { arnOf, type Found, findFunction } from "./lookup.ts";
import { readPage } from "./page.ts";
import { policies } from "./policy.ts";
import { moveProvisioned } from "./provisioned-concurrency.ts";
import { provisionedConfigs } from "./provisioned-records.ts";
import { type AliasRecord, aliases, LATEST, versionKey, versions } from "./records.ts";

/** Aliases: https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html */
export const aliasOperations = (lambda: Lambda): Handlers<Api.Operations> => ({
  CreateAlias(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, undefined, input.FunctionVersion);
    if (found.store.collection(aliases).has([found.name, input.Name])) {
      throw aliasExists(functionArn(found, found.name, input.Name));
    }
    checkTarget(found, input.FunctionVersion, input.RoutingConfig);
    return put(found, {
      name: input.Name,
      functionVersion: input.FunctionVersion,
      description: input.Description ?? "",
      ...weightsOf(input.RoutingConfig),
      revisionId: lambda.host.random.uuid(),
    });
  },

  UpdateAlias(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    const before = existing(found, input.Name);
    if (input.RevisionId !== undefined && input.RevisionId !== before.revisionId) throw revisionMismatch();
    const functionVersion = input.FunctionVersion ?? before.functionVersion;
    checkTarget(found, functionVersion, input.RoutingConfig);
    const { weights, ...rest } = before;
    const updated = put(found, {
      ...rest,
      functionVersion,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.RoutingConfig ? weightsOf(input.RoutingConfig) : weights && { weights }),
      revisionId: lambda.host.random.uuid(),
    });
    if (functionVersion !== before.functionVersion)
      moveProvisioned(lambda, { ...found, qualifier: before.name }, before.functionVersion, ctx);
    return updated;
  },

  GetAlias(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    return answer(found, existing(found, input.Name));
  },

  ListAliases(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    const page = readPage(found.store.collection(aliases), [found.name], input, {
      where: (alias) =>
        input.FunctionVersion === undefined || alias.functionVersion === input.FunctionVersion,
    });
    return {
      Aliases: page.values.map((alias) => answer(found, alias)),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },

  DeleteAlias(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    const key = [found.name, input.Name];
    // Deleting what is not there succeeds.
    found.store.transaction(() => {
      found.store.collection(aliases).delete(key);
      found.store.collection(policies).delete(key);
      found.store.collection(eventInvokeConfigs).delete(key);
      found.store.collection(provisionedConfigs).delete(key);
      found.store.collection(functionUrls).delete(key);
    });
  },
});

function existing(found: Found, name: string): AliasRecord {
  const alias = found.store.collection(aliases).get([found.name, name]);
  if (!alias) throw aliasNotFound(arnOf(found, name));
  return alias;
}

function put(found: Found, alias: AliasRecord): Api.AliasConfiguration {
  found.store.collection(aliases).put([found.name, alias.name], alias);
  return answer(found, alias);
}

function checkTarget(
  found: Found,
  version: string,
  routing: Api.AliasRoutingConfiguration | undefined,
): void {
  const all = found.store.collection(versions);
  if (!all.has(versionKey(found.name, version))) throw functionNotFound(arnOf(found, version));
  const [first, ...others] = Object.entries(routing?.AdditionalVersionWeights ?? {});
  if (!first) return;
  if (others.length > 0)
    throw invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
  if (version === LATEST) throw latestBesideOthers();
  const [other, weight] = first;
  if (other === version)
    throw invalidParameter(
      `Invalid function version ${other}. Function version ${other} is already included in routing configuration.`,
    );
  if (!all.has(versionKey(found.name, other))) throw functionNotFound(arnOf(found, other));
  if (weight < 0 || weight > 1) {
    throw invalidParameter(
      `Value '{${other}=${weight}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0]`,
    );
  }
}

function weightsOf(routing: Api.AliasRoutingConfiguration | undefined): { weights?: Record<string, number> } {
  const weights = routing?.AdditionalVersionWeights ?? {};
  return Object.keys(weights).length > 0 ? { weights: { ...weights } } : {};
}

function answer(found: Found, alias: AliasRecord): Api.AliasConfiguration {
  return {
    AliasArn: functionArn(found, found.name, alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(alias.weights && { RoutingConfig: { AdditionalVersionWeights: { ...alias.weights } } }),
  };
}
