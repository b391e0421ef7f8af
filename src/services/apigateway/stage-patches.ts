import type { MethodSetting } from "../../models/generated/apigateway.ts";
import type * as kept from "./collections.ts";
import { badRequest } from "./errors.ts";
import { entries, type Kind, member, nested, type PatchRule, parseValue } from "./patch.ts";

/** Settings of methods: `/{resource path with ~1}/{METHOD}/{setting}`; stars stand for all resources and methods. */
const SETTINGS: readonly [place: string, name: keyof MethodSetting, kind: Kind][] = [
  ["metrics/enabled", "metricsEnabled", "boolean"],
  ["logging/loglevel", "loggingLevel", "text"],
  ["logging/dataTrace", "dataTraceEnabled", "boolean"],
  ["throttling/burstLimit", "throttlingBurstLimit", "integer"],
  ["throttling/rateLimit", "throttlingRateLimit", "number"],
  ["caching/enabled", "cachingEnabled", "boolean"],
  ["caching/ttlInSeconds", "cacheTtlInSeconds", "integer"],
  ["caching/dataEncrypted", "cacheDataEncrypted", "boolean"],
  ["caching/requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl", "boolean"],
  ["caching/unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy", "text"],
];

/** What a method's settings are before anything is set. */
export const DEFAULT_SETTINGS: MethodSetting = {
  metricsEnabled: false,
  loggingLevel: "OFF",
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

const LOG_LEVELS = ["OFF", "ERROR", "INFO"];

function setting([place, name, kind]: (typeof SETTINGS)[number]): PatchRule<kept.Stage> {
  const path = `/{resource}/{method}/${place}`;
  return {
    path,
    ops: ["replace"],
    apply: (draft, { value, params }) => {
      if (name === "loggingLevel" && !LOG_LEVELS.includes(value ?? "")) {
        throw badRequest(
          `Invalid logging level specified: ${value}. Must be one of: [${LOG_LEVELS.join(", ")}]`,
        );
      }
      const key = settingsKey(params[0]!, params[1]!);
      const before = draft.methodSettings[key] ?? DEFAULT_SETTINGS;
      draft.methodSettings[key] = { ...before, [name]: parseValue(kind, value, path) };
    },
  };
}

/** AWS names the settings without the first slash: `/GET` for the root, `pets/GET`, stars for all. */
const settingsKey = (resource: string, method: string): string =>
  `${resource === "/" ? "" : resource.replace(/^\//, "")}/${method}`;

const removeSettings: PatchRule<kept.Stage> = {
  path: "/{resource}/{method}",
  ops: ["remove"],
  apply: (draft, { params }) => {
    delete draft.methodSettings[settingsKey(params[0]!, params[1]!)];
  },
};

const removeWhole = (name: "accessLogSettings" | "canarySettings"): PatchRule<kept.Stage> => ({
  path: `/${name}`,
  ops: ["remove"],
  apply: (draft) => {
    delete draft[name];
  },
});

/** Copying promotes the canary: its deployment and its variables become the stage's. */
const promotions: PatchRule<kept.Stage>[] = [
  {
    path: "/deploymentId",
    ops: ["copy"],
    apply: (draft, { from }) => {
      if (from !== "/canarySettings/deploymentId") throw badRequest(`Invalid copy source: ${from}`);
      draft.deploymentId = draft.canarySettings?.deploymentId ?? draft.deploymentId;
    },
  },
  {
    path: "/variables",
    ops: ["copy"],
    apply: (draft, { from }) => {
      if (from !== "/canarySettings/stageVariableOverrides") throw badRequest(`Invalid copy source: ${from}`);
      draft.variables = { ...draft.variables, ...draft.canarySettings?.stageVariableOverrides };
    },
  },
];

export const stagePatches: PatchRule<kept.Stage>[] = [
  member("description"),
  member("deploymentId"),
  member("cacheClusterEnabled", "boolean"),
  member("cacheClusterSize"),
  member("clientCertificateId"),
  member("documentationVersion"),
  member("tracingEnabled", "boolean"),
  nested("/accessLogSettings/destinationArn", "text", ["add", "replace", "remove"]),
  nested("/accessLogSettings/format", "text", ["add", "replace", "remove"]),
  nested("/canarySettings/percentTraffic", "number", ["add", "replace"]),
  nested("/canarySettings/deploymentId", "text", ["add", "replace"]),
  nested("/canarySettings/useStageCache", "boolean", ["add", "replace"]),
  entries("/canarySettings/stageVariableOverrides"),
  entries("/variables"),
  removeWhole("accessLogSettings"),
  removeWhole("canarySettings"),
  ...promotions,
  ...SETTINGS.map(setting),
  removeSettings,
];
