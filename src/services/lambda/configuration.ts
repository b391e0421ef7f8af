import type { ServiceHost } from "../../core/service.ts";
import type * as Lambda from "../../models/generated/lambda.ts";
import type { AcceptedCode } from "./code-source.ts";
import { imagesUnsupported, invalidParameter, runtimeDeprecated, validation } from "./errors.ts";
import { functionArn, type Scope } from "./function-name.ts";
import { findLayerVersion, layerVersionPlace } from "./layer-records.ts";
import { lambdaTime } from "./lookup.ts";
import { LATEST, type VersionRecord } from "./records.ts";

export type Configuration = VersionRecord["configuration"];

/** Members of a request that CreateFunction and UpdateFunctionConfiguration share. */
type Settings = Omit<Lambda.UpdateFunctionConfigurationRequest, "FunctionName" | "RevisionId">;

/** The same with the network that they mean. */
type Placed<T extends Settings> = Omit<T, "VpcConfig"> & {
  readonly VpcConfig?: Lambda.VpcConfigResponse | undefined;
};

const LONGEST_TIMEOUT_SECONDS = 900;
const MOST_LAYERS = 5;

/** Names that AWS keeps for itself: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLES = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/** Checks what the model does not. @throws InvalidParameterValueException, ValidationException */
export function checkSettings(settings: Settings, host: ServiceHost, scope: Scope): void {
  const { Timeout, Environment, Layers, DeadLetterConfig, ImageConfig } = settings;
  if (Timeout !== undefined && Timeout > LONGEST_TIMEOUT_SECONDS) {
    throw validation(
      `1 validation error detected: Value '${Timeout}' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to ${LONGEST_TIMEOUT_SECONDS}`,
    );
  }
  if (ImageConfig) throw imagesUnsupported();
  if (settings.Role) checkRole(settings.Role, host, scope);
  if (settings.Runtime) checkRuntime(settings.Runtime, host);
  if (Environment?.Variables) checkVariables(Environment.Variables, host);
  if (Layers) checkLayers(Layers, host, scope);
  const target = DeadLetterConfig?.TargetArn;
  if (target && !/^arn:[^:]+:(sqs|sns):/.test(target)) {
    throw invalidParameter(`The provided DLQ target ARN ${target} is not a valid SQS or SNS ARN.`);
  }
}

/** @throws InvalidParameterValueException for a role that was made, where policies decide, and does not trust Lambda */
function checkRole(role: string, host: ServiceHost, { account, region }: Scope): void {
  const by = { as: "lambda.amazonaws.com", account, region };
  if (host.refusalOfAction("sts:AssumeRole", [role], by))
    throw invalidParameter("The role defined for the function cannot be assumed by Lambda.");
}

/**
 * Runtimes that AWS makes no new functions for: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
 * They still run here; who wants AWS's refusal says so.
 */
const BLOCKED_RUNTIMES: ReadonlySet<string> = new Set([
  ...[
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
  ],
  ...["python2.7", "python3.6", "python3.7", "ruby2.5", "ruby2.7", "java8", "go1.x", "provided"],
  ...["dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1"],
]);

function checkRuntime(runtime: string, host: ServiceHost): void {
  if (!BLOCKED_RUNTIMES.has(runtime)) return;
  if (host.strict || host.setting<boolean>("runtime-validation")) throw runtimeDeprecated(runtime);
  host.log.warn(`AWS no longer makes functions with the runtime ${runtime}; this one runs all the same.`);
}

function checkVariables(variables: Readonly<Record<string, string>>, host: ServiceHost): void {
  const limitBytes = host.setting<number>("limit-environment-bytes");
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > limitBytes) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the ${limitBytes / 1024}KB limit. String measured: ${measured}`,
    );
  }
  // Programs written for LocalStack set AWS_REGION and the like; only a strict Squall minds.
  if (!host.strict) return;
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
}

function checkLayers(arns: readonly string[], host: ServiceHost, scope: Scope): void {
  if (arns.length > MOST_LAYERS) throw invalidParameter(`Cannot reference more than ${MOST_LAYERS} layers.`);
  const byName = new Map<string, string>();
  for (const arn of arns) {
    const place = layerVersionPlace(arn);
    if (!place) continue;
    if (place.region !== scope.region) {
      throw invalidParameter(
        `Layers are not in the same region as the function. Layers are expected to be in region ${scope.region}.`,
      );
    }
    const name = `${place.account}/${place.name}`;
    const other = byName.get(name);
    if (other !== undefined) {
      throw invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    byName.set(name, arn);
    // Public layers of other accounts (Powertools, FIS's extension) are not here: the function runs without them.
    const mayBeMissing = place.account !== scope.account && !host.strict;
    if (!findLayerVersion(host, arn) && !mayBeMissing)
      throw invalidParameter(`Layer version ${arn} does not exist.`);
  }
}

/** A new function's `$LATEST`, as CreateFunction answers it. */
export function newConfiguration(
  input: Placed<Lambda.CreateFunctionRequest>,
  code: AcceptedCode,
  host: ServiceHost,
  scope: Scope,
  name: string,
): Configuration {
  return {
    FunctionName: name,
    FunctionArn: functionArn(scope, name),
    ...(input.Runtime && { Runtime: input.Runtime }),
    Role: input.Role,
    ...(input.Handler && { Handler: input.Handler }),
    ...codeMembers(code),
    Description: input.Description ?? "",
    Timeout: input.Timeout ?? 3,
    MemorySize: input.MemorySize ?? 128,
    LastModified: lambdaTime(host.clock.now()),
    Version: LATEST,
    RevisionId: host.random.uuid(),
    ...creating,
    PackageType: "Zip",
    Architectures: input.Architectures ?? ["x86_64"],
    TracingConfig: { Mode: input.TracingConfig?.Mode ?? "PassThrough" },
    EphemeralStorage: input.EphemeralStorage ?? { Size: 512 },
    SnapStart: { ApplyOn: input.SnapStart?.ApplyOn ?? "None", OptimizationStatus: "Off" },
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(scope) },
    LoggingConfig: loggingConfig(input.LoggingConfig, name),
    ...optionalMembers(input, host),
  };
}

/** The members that an update of the configuration changes. */
export function changedConfiguration(
  before: Configuration,
  input: Placed<Settings>,
  host: ServiceHost,
): Configuration {
  const {
    DeadLetterConfig,
    Environment,
    Layers,
    KMSKeyArn,
    FileSystemConfigs,
    VpcConfig,
    DurableConfig,
    ...unset
  } = before;
  // An empty value takes the setting away.
  const kept = {
    // AWS leaves the target that it is not told: only an empty one takes it away.
    ...(input.DeadLetterConfig?.TargetArn === undefined && DeadLetterConfig && { DeadLetterConfig }),
    ...(input.Environment === undefined && Environment && { Environment }),
    ...(input.Layers === undefined && Layers && { Layers }),
    ...(input.KMSKeyArn === undefined && KMSKeyArn && { KMSKeyArn }),
    ...(input.FileSystemConfigs === undefined && FileSystemConfigs && { FileSystemConfigs }),
    ...(input.VpcConfig === undefined && VpcConfig && { VpcConfig }),
    ...(input.DurableConfig === undefined && DurableConfig && { DurableConfig }),
  };
  return {
    ...unset,
    ...kept,
    ...pick(input, [
      "Role",
      "Handler",
      "Description",
      "Timeout",
      "MemorySize",
      "Runtime",
      "EphemeralStorage",
    ]),
    ...(input.TracingConfig && { TracingConfig: { Mode: input.TracingConfig.Mode ?? "PassThrough" } }),
    ...(input.SnapStart && {
      SnapStart: { ApplyOn: input.SnapStart.ApplyOn ?? "None", OptimizationStatus: "Off" },
    }),
    ...(input.LoggingConfig && {
      LoggingConfig: loggingConfig({ ...before.LoggingConfig, ...input.LoggingConfig }, before.FunctionName),
    }),
    ...optionalMembers(input, host),
    ...updating(host),
  } as Configuration;
}

/** A version that is not ready yet. */
export const creating = {
  State: "Pending",
  StateReason: "The function is being created.",
  StateReasonCode: "Creating",
} as const;

/** An update has begun. */
export function updating(host: ServiceHost): Partial<Configuration> {
  return {
    LastModified: lambdaTime(host.clock.now()),
    RevisionId: host.random.uuid(),
    LastUpdateStatus: "InProgress",
    LastUpdateStatusReason: "The function is being created.",
    LastUpdateStatusReasonCode: "Creating",
  } as Partial<Configuration>;
}

export const codeMembers = (code: AcceptedCode): Pick<Configuration, "CodeSha256" | "CodeSize"> => ({
  CodeSha256: code.codeSha256,
  CodeSize: code.sizeBytes,
});

/** Members that are only there when they are set. */
function optionalMembers(input: Placed<Settings>, host: ServiceHost): Partial<Configuration> {
  return {
    ...(input.DeadLetterConfig?.TargetArn && { DeadLetterConfig: input.DeadLetterConfig }),
    ...(input.Environment?.Variables && { Environment: { Variables: input.Environment.Variables } }),
    ...(input.KMSKeyArn && { KMSKeyArn: input.KMSKeyArn }),
    ...(input.FileSystemConfigs?.length && { FileSystemConfigs: input.FileSystemConfigs }),
    ...(input.DurableConfig && { DurableConfig: input.DurableConfig }),
    ...(input.VpcConfig?.SubnetIds?.length && { VpcConfig: input.VpcConfig }),
    ...(input.Layers?.length && {
      Layers: input.Layers.map((Arn) => ({ Arn, CodeSize: findLayerVersion(host, Arn)?.zip.sizeBytes ?? 0 })),
    }),
  };
}

function loggingConfig(config: Lambda.LoggingConfig | undefined, name: string): Lambda.LoggingConfig {
  const isJson = config?.LogFormat === "JSON";
  return {
    LogFormat: config?.LogFormat ?? "Text",
    ...(isJson && {
      ApplicationLogLevel: config.ApplicationLogLevel ?? "INFO",
      SystemLogLevel: config.SystemLogLevel ?? "INFO",
    }),
    LogGroup: config?.LogGroup ?? `/aws/lambda/${name}`,
  };
}

/** AWS names the exact build of a runtime; ours is always the same. */
const runtimeVersionArn = ({ region }: Scope): string =>
  `arn:aws:lambda:${region}::runtime:8eeff65f6809a3ce81507fe733fe09b835899b99481ba22fd75b5a7338290ec1`;

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const name of names) if (from[name] !== undefined) picked[name] = from[name];
  return picked;
}
