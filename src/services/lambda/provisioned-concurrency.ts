import { begin, stateOf } from "../../aws/lifecycle.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import {
  aliasNotFound,
  conflict,
  invalidParameter,
  noRoomForProvisioned,
  provisionedConfigNotFound,
} from "./errors.ts";
import { deploymentKey } from "./execution/deployment.ts";
import type { Lambda } from "./lambda.ts";
import { provisionedLifecycle } from "./lifecycles.ts";
import { arnOf, type Found, findFunction, findVersion, lambdaTime } from "./lookup.ts";
import { readPage } from "./page.ts";
import { type ProvisionedConfigRecord, provisionedConfigs, provisionedFor } from "./provisioned-records.ts";
import { aliases, type FunctionRecord, LATEST } from "./records.ts";

/** Environments kept ready: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html */
export const provisionedConcurrencyOperations = (lambda: Lambda): Handlers<Api.Operations> => ({
  async PutProvisionedConcurrencyConfig(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, input.Qualifier);
    if (found.qualifier === LATEST) {
      throw invalidParameter(
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
      );
    }
    checkFree(found);
    // Environments are kept of what the version is when it is ready.
    await lambda.readiness.settled(found, found.name, findVersion(found).version.configuration.Version);
    const requested = input.ProvisionedConcurrentExecutions;
    checkRoom(lambda, found, requested);
    const arn = arnOf(found, found.qualifier);
    const config = {
      qualifier: found.qualifier ?? input.Qualifier,
      requested,
      lastModified: lambdaTime(ctx.clock.now()),
      transition: begin(provisionedLifecycle, "IN_PROGRESS", arn, found, ctx),
    };
    found.store.collection(provisionedConfigs).put([found.name, config.qualifier], config);
    void provision(lambda, found, requested, config);
    // Environments of a configuration before may be there: of this one AWS tells none yet.
    return {
      ...answer(lambda, found, config),
      AvailableProvisionedConcurrentExecutions: 0,
      AllocatedProvisionedConcurrentExecutions: 0,
      Status: "IN_PROGRESS",
    };
  },

  GetProvisionedConcurrencyConfig(input, ctx) {
    const { found, config } = existing(ctx, input.FunctionName, input.Qualifier);
    return answer(lambda, found, config);
  },

  DeleteProvisionedConcurrencyConfig(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, input.Qualifier);
    if (found.store.collection(provisionedConfigs).delete([found.name, input.Qualifier]))
      void provision(lambda, found, 0);
  },

  ListProvisionedConcurrencyConfigs(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    const page = readPage(found.store.collection(provisionedConfigs), [found.name], input);
    return {
      ProvisionedConcurrencyConfigs: page.values.map((config) => ({
        FunctionArn: arnOf(found, config.qualifier),
        ...answer(lambda, found, config),
      })),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },
});

/** A version has one configuration, its own or an alias's. @throws ResourceConflictException */
function checkFree(found: Found): void {
  const { version, alias } = findVersion(found);
  const config = provisionedFor(found.store, found.name, version.configuration.Version);
  if (!config || config.qualifier === found.qualifier) return;
  throw conflict(
    alias
      ? "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
      : "Version is pointed by a Provisioned Concurrency alias",
  );
}

/** @throws InvalidParameterValueException for more than the function's reservation, or the account, has left */
function checkRoom(lambda: Lambda, found: Found, requested: number): void {
  const { concurrency, host } = lambda;
  const { reservedConcurrency } = found.record;
  if (reservedConcurrency !== undefined) {
    const others = concurrency.provisioned(found, found.name, found.qualifier);
    if (requested + others <= reservedConcurrency) return;
    throw invalidParameter(
      "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
    );
  }
  const unreserved = concurrency.unreservedLimit(found);
  const minimum = host.setting<number>("limit-minimum-unreserved-concurrency");
  if (requested > unreserved) {
    throw noRoomForProvisioned(
      `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${unreserved}].`,
    );
  }
  if (unreserved - requested < minimum) {
    throw noRoomForProvisioned(
      `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
    );
  }
}

/** What is provisioned of an alias goes with it to another version: the environments there have to start (recorded). */
export function moveProvisioned(lambda: Lambda, found: Found, from: string, ctx: Context): void {
  const configs = found.store.collection(provisionedConfigs);
  const key = [found.name, found.qualifier ?? LATEST];
  const before = configs.get(key);
  if (!before) return;
  const { failure: _, ...kept } = before;
  const transition = begin(provisionedLifecycle, "IN_PROGRESS", arnOf(found), found, ctx);
  const config = { ...kept, standing: readyOf(lambda, found, before, from), transition };
  configs.put(key, config);
  void provision(lambda, { ...found, qualifier: from }, 0);
  void provision(lambda, found, config.requested, config);
}

/** Starts the environments that stored configurations ask for. */
export function resumeProvisioned(lambda: Lambda): void {
  for (const scope of lambda.host.scopes()) {
    const store = lambda.host.store(scope.account, scope.region);
    for (const { key, value } of store.collection(provisionedConfigs).entries()) {
      const found = {
        ...scope,
        store,
        name: String(key[0]),
        qualifier: value.qualifier,
        // Nobody reads it here.
        record: undefined as unknown as FunctionRecord,
      } as Found;
      void provision(lambda, found, value.requested, value);
    }
  }
}

/** A machine has room for some environments only: the rest start when they are needed. */
async function provision(
  lambda: Lambda,
  found: Found,
  requested: number,
  config?: ProvisionedConfigRecord,
): Promise<void> {
  const { version } = findVersion(found);
  const count = Math.min(requested, Math.ceil(lambda.host.setting<number>("max-environments") / 2));
  try {
    const isReady = await lambda.fleet.provision(
      lambda.deployments.of(found, version, () => undefined),
      count,
    );
    const configs = found.store.collection(provisionedConfigs);
    const key = [found.name, config?.qualifier ?? ""] as const;
    // What has been put anew meanwhile has environments of its own.
    if (!isReady && config && configs.get(key)?.lastModified === config.lastModified)
      configs.put(key, { ...config, failure: "FUNCTION_ERROR_INIT_FAILURE" });
  } catch (error) {
    lambda.host.log.warn(`${found.name}: provisioned concurrency cannot be had: ${String(error)}`);
  }
}

function existing(
  ctx: Context,
  name: string,
  qualifier: string,
): { found: Found; config: ProvisionedConfigRecord } {
  const found = findFunction(ctx, name, qualifier);
  // A version or an alias that is not there is another error than one without a configuration.
  if (!/^\d+$/.test(qualifier) && !found.store.collection(aliases).has([found.name, qualifier]))
    throw aliasNotFound(arnOf(found, qualifier));
  findVersion(found);
  const config = found.store.collection(provisionedConfigs).get([found.name, qualifier]);
  if (!config) throw provisionedConfigNotFound();
  return { found, config };
}

function statusOf(lambda: Lambda, found: Found, config: ProvisionedConfigRecord, version: string): string {
  const isStarting = lambda.fleet.isProvisioning(deploymentKey(found, found.name, version));
  const due = stateOf(provisionedLifecycle, config.transition, "READY", lambda.host);
  const state = due === "READY" && config.failure ? "FAILED" : due;
  return state === "READY" && isStarting ? "IN_PROGRESS" : state;
}

/** How many environments are ready. @param version the one that they are of */
function readyOf(lambda: Lambda, found: Found, config: ProvisionedConfigRecord, version: string): number {
  const status = statusOf(lambda, found, config, version);
  if (status === "READY") return config.requested;
  return status === "IN_PROGRESS" ? (config.standing ?? 0) : 0;
}

function answer(
  lambda: Lambda,
  found: Found,
  config: ProvisionedConfigRecord,
): Api.GetProvisionedConcurrencyConfigResponse {
  const { version } = findVersion({ ...found, qualifier: config.qualifier });
  const { Version } = version.configuration;
  const Status = statusOf(lambda, found, config, Version);
  const ready = readyOf(lambda, found, config, Version);
  return {
    RequestedProvisionedConcurrentExecutions: config.requested,
    AvailableProvisionedConcurrentExecutions: ready,
    AllocatedProvisionedConcurrentExecutions: ready,
    Status,
    ...(Status === "FAILED" && { StatusReason: config.failure ?? config.transition?.failure }),
    LastModified: config.lastModified,
  };
}
