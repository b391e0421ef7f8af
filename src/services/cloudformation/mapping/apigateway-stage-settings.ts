import type { ResourceContext } from "../resource-type.ts";
import { patch, patchesOf } from "./apigateway-patches.ts";
import { isSame, listOf } from "./changes.ts";
import type { Properties } from "./mapped.ts";

/** Settings of a method, by their path in a patch. */
const METHOD_SETTINGS: Readonly<Record<string, string>> = {
  MetricsEnabled: "metrics/enabled",
  LoggingLevel: "logging/loglevel",
  DataTraceEnabled: "logging/dataTrace",
  ThrottlingBurstLimit: "throttling/burstLimit",
  ThrottlingRateLimit: "throttling/rateLimit",
  CachingEnabled: "caching/enabled",
  CacheTtlInSeconds: "caching/ttlInSeconds",
  CacheDataEncrypted: "caching/dataEncrypted",
};

/** Settings that CreateStage does not take: logs, a certificate, and settings by method. */
export async function changeStage(
  restApiId: unknown,
  stageName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const key = { restApiId, stageName };
  await patch(at, "UpdateStage", key, patchesOf(before, properties, { ClientCertificateId: "whole" }));
  const log = properties["AccessLogSetting"] as Properties | undefined;
  if (!isSame(before["AccessLogSetting"], log)) {
    const patches = log
      ? patchesOf({}, log, { DestinationArn: "whole", Format: "whole" }, "/accessLogSettings")
      : [{ op: "remove", path: "/accessLogSettings" } as const];
    await patch(at, "UpdateStage", key, patches);
  }
  if (isSame(before["MethodSettings"], properties["MethodSettings"])) return;
  const had = methodSettings(before);
  const wanted = methodSettings(properties);
  await patch(at, "UpdateStage", key, [
    ...[...had]
      .filter(([path]) => !wanted.has(path))
      .map(([path]) => ({ op: "remove", path: path.split("/").slice(0, 3).join("/") }) as const)
      .filter((one, index, all) => all.findIndex(({ path }) => path === one.path) === index),
    ...[...wanted]
      .filter(([path, value]) => had.get(path) !== value)
      .map(([path, value]) => ({ op: "replace", path, value }) as const),
  ]);
}

function methodSettings(properties: Properties): Map<string, string> {
  const settings = new Map<string, string>();
  for (const setting of listOf<Properties>(properties, "MethodSettings")) {
    const resource = String(setting["ResourcePath"] ?? "/*");
    const path = resource === "/*" ? "*" : resource.replaceAll("~", "~0").replaceAll("/", "~1");
    for (const [name, value] of Object.entries(setting)) {
      const at = METHOD_SETTINGS[name];
      if (at !== undefined) settings.set(`/${path}/${setting["HttpMethod"] ?? "*"}/${at}`, String(value));
    }
  }
  return settings;
}
