import type { Service, ServiceFactory } from "../../core/service.ts";
import { aliasOperations } from "./aliases.ts";
import { AsyncQueue } from "./async-queue.ts";
import { codeRoute } from "./code-download.ts";
import { codeSigningOperations } from "./code-signing.ts";
import { CodeStore } from "./code-store.ts";
import { Concurrency } from "./concurrency.ts";
import { eventInvokeConfigOperations } from "./event-invoke-configs.ts";
import { eventSourceMappingOperations } from "./event-source-mappings.ts";
import { EventSources } from "./event-sources.ts";
import { Deployments } from "./execution/deployment.ts";
import { Fleet } from "./execution/fleet.ts";
import { HotReload } from "./execution/hot-reload.ts";
import { LogDelivery } from "./execution/log-delivery.ts";
import { functionUrlOperations } from "./function-urls.ts";
import { functionOperations } from "./functions.ts";
import { invocationOperations } from "./invocations.ts";
import { Invoker } from "./invoker.ts";
import type { Lambda } from "./lambda.ts";
import { layerOperations } from "./layers.ts";
import { permissionOperations } from "./permissions.ts";
import { provisionedConcurrencyOperations, resumeProvisioned } from "./provisioned-concurrency.ts";
import { Readiness } from "./readiness.ts";
import { type FunctionRecord, LATEST, versionKey, versions } from "./records.ts";
import { reservedConcurrencyOperations } from "./reserved-concurrency.ts";
import { runtimeManagementOperations } from "./runtime-management.ts";
import { runtimeShapes, unknownRuntime } from "./runtimes.ts";
import { tagOperations } from "./tags.ts";
import { functionUrlPlane } from "./url-data-plane.ts";
import { versionOperations } from "./versions.ts";

const LAYER_VERSION_ARN =
  "(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)";
const TAGGABLE_RESOURCE =
  "arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)";

/** AWS Lambda: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const factory: ServiceFactory = (host): Service => {
  const code = new CodeStore(host);
  const logs = new LogDelivery(host);
  const hotReload = new HotReload();
  const deployments = new Deployments(host, code, logs, hotReload);
  const fleet = new Fleet(host.clock, {
    maxEnvironments: host.setting<number>("max-environments"),
    keepAliveMs: host.setting<number>("keep-alive-ms"),
  });
  const concurrency = new Concurrency(host);
  const readiness = new Readiness(host, deployments, code);
  const invoker = new Invoker({ host, fleet, deployments, concurrency, readiness });
  const queue = new AsyncQueue(host, invoker);
  const sources = new EventSources(host);
  const lambda: Lambda = { host, code, deployments, fleet, concurrency, readiness, invoker, queue };
  return {
    name: "lambda",
    operations: {
      ...functionOperations(lambda),
      ...versionOperations(lambda),
      ...aliasOperations(lambda),
      ...layerOperations(lambda),
      ...invocationOperations(lambda),
      ...eventInvokeConfigOperations(),
      ...eventSourceMappingOperations(sources),
      ...reservedConcurrencyOperations(lambda),
      ...provisionedConcurrencyOperations(lambda),
      ...functionUrlOperations(),
      ...permissionOperations(),
      ...tagOperations(lambda),
      ...codeSigningOperations(),
      ...runtimeManagementOperations(),
    },
    // As recorded: orders of its own, and patterns that the models do not have yet.
    validation: {
      before: unknownRuntime,
      firstMembers: ["CompatibleRuntimes"],
      shapes: {
        ...runtimeShapes,
        EventSourcePosition: { enum: ["LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"] },
        TaggableResource: { pattern: TAGGABLE_RESOURCE },
        LayerVersionArn: { pattern: LAYER_VERSION_ARN },
      },
    },
    dataPlane: functionUrlPlane(lambda),
    describe: {
      function({ name, tags }: FunctionRecord, where) {
        const latest = host
          .store(where.account, where.region)
          .collection(versions)
          .get(versionKey(name, LATEST));
        return { Configuration: latest?.configuration, Tags: tags };
      },
    },
    admin: [codeRoute(host)],
    start() {
      code.start();
      readiness.resume();
      queue.resume();
      sources.resume();
      resumeProvisioned(lambda);
    },
    isBusy: () => queue.isBusy || fleet.isFinishing,
    async stop() {
      queue.stop();
      sources.stopAll();
      hotReload.stop();
      await Promise.all([readiness.stop(), code.stop()]);
      await fleet.stop();
      await logs.stop();
      await deployments.stop();
    },
  };
};

export default factory;
