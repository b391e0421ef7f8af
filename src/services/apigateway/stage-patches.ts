import type { CanarySettings, MethodSetting } from "../../models/generated/apigateway.ts";
import type * as kept from "./collections.ts";
import { badRequest, deploymentNotFound } from "./errors.ts";
import { entries, firstTwo, type Kind, member, type PatchRule, parseValue, type Refusal } from "./patch.ts";

/*
 * A stage's patches and its words for those that it refuses.
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
 */

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
const DEFAULT_SETTINGS: MethodSetting = {
  metricsEnabled: false,
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
      const key = settingsKey(...firstTwo(params));
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
    const key = settingsKey(...firstTwo(params));
    if (!Object.hasOwn(draft.methodSettings, key)) throw noSuchSetting(key);
    delete draft.methodSettings[key];
  },
};

/** As recorded: whatever is to be removed and is no setting of its own is taken for a method's. */
const noSuchSetting = (place: string) =>
  badRequest(`Cannot remove method setting ${place} because there is no method setting for this method `);

const deployment: PatchRule<kept.Stage> = {
  path: "/deploymentId",
  ops: ["replace"],
  apply: (draft, { value }) => {
    if (value === undefined) throw deploymentNotFound();
    draft.deploymentId = value;
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
const PROMOTIONS = [
  ["/deploymentId", "/canarySettings/deploymentId"],
  ["/variables", "/canarySettings/stageVariableOverrides"],
] as const;

const promotions = PROMOTIONS.map(
  ([path, source]): PatchRule<kept.Stage> => ({
    path,
    ops: ["copy"],
    apply: (draft, { from }) => {
      if (from !== source) throw badCopy(path, from);
      if (!draft.canarySettings) throw badRequest("Promotion not available. Canary does not exist.");
      const { deploymentId, stageVariableOverrides } = draft.canarySettings;
      if (path === "/deploymentId") draft.deploymentId = deploymentId ?? draft.deploymentId;
      else draft.variables = { ...draft.variables, ...stageVariableOverrides };
    },
  }),
);

const badCopy = (path: string | undefined, from: string | undefined) =>
  badRequest(
    `Invalid copy operation with path: ${path} and from ${from}. Valid copy:path are [${PROMOTIONS.map(([to]) => to).join(", ")}] and valid copy:from are [${PROMOTIONS.map(([, source]) => source).join(", ")}]`,
  );

const accessLog = (name: "destinationArn" | "format"): PatchRule<kept.Stage> => ({
  path: `/accessLogSettings/${name}`,
  ops: ["add", "replace"],
  apply: (draft, { value }) => {
    if (!value) throw badRequest("Access Log value must not be empty");
    draft.accessLogSettings = { ...draft.accessLogSettings, [name]: value };
  },
});

/** Settings of the canary. One that is not there is made by any of them, with the stage's own deployment. */
function canary<Name extends "percentTraffic" | "deploymentId" | "useStageCache">(
  name: Name,
  kind: Kind,
): PatchRule<kept.Stage> {
  const path = `/canarySettings/${name}`;
  return {
    path,
    ops: ["replace"],
    apply: (draft, { value }) => {
      draft.canarySettings = { ...canaryOf(draft), [name]: parseValue(kind, value, path) };
    },
  };
}

const overrides = entries<kept.Stage>("/canarySettings/stageVariableOverrides");
const canaryVariables: PatchRule<kept.Stage> = {
  ...overrides,
  apply: (draft, change) => {
    draft.canarySettings = canaryOf(draft);
    overrides.apply(draft, change);
  },
};

const canaryOf = (stage: kept.Stage) =>
  completedCanary(stage.canarySettings ?? { deploymentId: stage.deploymentId });

/** A canary as answers have it: what is not said of it is. */
export const completedCanary = (given: CanarySettings): CanarySettings => ({
  percentTraffic: 0,
  useStageCache: false,
  ...given,
});

/** What a stage says of an operation that it does not take, as recorded for each of its parts. */
export const stageRefusal: Refusal = ({ op, path = "", from }) => {
  if (op === "copy") return badCopy(path, from);
  if (op === "remove") return noSuchSetting(path.slice(1));
  if (/^\/accessLogSettings(\/|$)/.test(path))
    return badRequest(
      "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
    );
  if (op === "add" && stagePatches.some((rule) => rule.path === path))
    return badRequest(`Invalid add operation with path: ${path}`);
  return badRequest(`Invalid method setting path: ${path}. Must be one of: [${SETTABLE}]`);
};

/** AWS's own list, with the commas that it lacks and without the canary's paths. */
const SETTABLE = [
  "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format",
  ...methodSettable("{resourcePath}/{httpMethod}", ""),
  ...methodSettable("*/*", " "),
  "/variables/{variable_name}, /tracingEnabled",
].join(", ");

function methodSettable(place: string, gap: string): string[] {
  const own = (name: string) => `/${place}/${name}`;
  return [
    own("metrics/enabled"),
    own("logging/dataTrace"),
    own("logging/loglevel"),
    [own("throttling/burstLimit"), own("throttling/rateLimit"), own("caching/ttlInSeconds")].join(gap),
    own("caching/enabled"),
    own("caching/dataEncrypted"),
    own("caching/requireAuthorizationForCacheControl"),
    own("caching/unauthorizedCacheControlHeaderStrategy"),
  ];
}

export const stagePatches: PatchRule<kept.Stage>[] = [
  member("description"),
  deployment,
  member("cacheClusterEnabled", "boolean"),
  member("cacheClusterSize"),
  member("clientCertificateId"),
  member("documentationVersion"),
  member("tracingEnabled", "boolean"),
  accessLog("destinationArn"),
  accessLog("format"),
  canary("percentTraffic", "number"),
  canary("deploymentId", "text"),
  canary("useStageCache", "boolean"),
  canaryVariables,
  entries("/variables"),
  removeWhole("accessLogSettings"),
  removeWhole("canarySettings"),
  ...promotions,
  ...SETTINGS.map(setting),
  removeSettings,
];
