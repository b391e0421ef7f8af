import { InvalidSamTemplate, invalidGlobals, invalidResource } from "./errors.ts";
import { isIntrinsic } from "./intrinsics.ts";
import { copy, isFilled, isMap, type Value, type Values } from "./value.ts";

const PREFIX = "AWS::Serverless::";

/**
 * What may stand in `Globals`.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  Function: words(`
    Handler Runtime CodeUri DeadLetterQueue Description MemorySize Timeout VpcConfig Environment Tags PropagateTags Tracing
    KmsKeyArn AutoPublishAlias AutoPublishAliasAllProperties Layers DeploymentPreference RolePath PermissionsBoundary
    ReservedConcurrentExecutions ProvisionedConcurrencyConfig AssumeRolePolicyDocument EventInvokeConfig FileSystemConfigs
    CodeSigningConfigArn Architectures SnapStart EphemeralStorage FunctionUrlConfig RuntimeManagementConfig LoggingConfig
    RecursiveLoop SourceKMSKeyArn TenancyConfig DurableConfig CapacityProviderConfig FunctionScalingConfig
    PublishToLatestPublished VersionDeletionPolicy`),
  Api: words(`
    Auth Name DefinitionUri CacheClusterEnabled CacheClusterSize MergeDefinitions Variables EndpointConfiguration
    MethodSettings BinaryMediaTypes MinimumCompressionSize Cors GatewayResponses AccessLogSetting CanarySetting
    TracingEnabled OpenApiVersion Domain AlwaysDeploy PropagateTags SecurityPolicy EndpointAccessMode`),
  HttpApi: words(`
    Auth AccessLogSettings StageVariables Tags CorsConfiguration DefaultRouteSettings Domain RouteSettings FailOnWarnings
    PropagateTags`),
  SimpleTable: words("SSESpecification"),
  StateMachine: words("PropagateTags"),
  LayerVersion: words("PublishLambdaVersion"),
  CapacityProvider: words(`
    VpcConfig OperatorRole Tags InstanceRequirements ScalingConfig KmsKeyArn PropagateTags LoggingConfig
    ManagedResourceTags`),
  MicrovmImage: words(`
    BuildRoleArn BaseImageArn BaseImageVersion Logging EgressNetworkConnectors CpuConfigurations Resources
    AdditionalOsCapabilities Hooks EnvironmentVariables Tags PropagateTags`),
  NetworkConnector: words("OperatorRole Tags PropagateTags"),
  WebSocketApi: words(`
    AccessLogSettings ApiKeySelectionExpression DefaultRouteSettings DisableExecuteApiEndpoint DisableSchemaValidation
    Domain FailOnWarnings IpAddressType PropagateTags RouteSelectionExpression RouteSettings StageVariables Tags`),
};

/** Lists of a resource that stand in place of the global ones, instead of after them. */
const REPLACED = new Set(["Function.Architectures"]);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Every resource has the globals of its type, with its own properties before them. The section is gone then. */
export function mergeGlobals(template: Values): void {
  if (!Object.hasOwn(template, "Globals")) return;
  const sections = parse(template["Globals"]);
  for (const [id, resource] of Object.entries(template["Resources"] as Values)) {
    if (!isMap(resource) || typeof resource["Type"] !== "string") continue;
    const section = resource["Type"].startsWith(PREFIX) ? resource["Type"].slice(PREFIX.length) : "";
    const globals = sections.get(section);
    if (!globals) continue;
    const wanted = withoutIgnored(id, globals, resource["IgnoreGlobals"]);
    resource["Properties"] = copy(merge(wanted, resource["Properties"] ?? {}, section));
  }
  delete template["Globals"];
}

function parse(globals: Value | undefined): Map<string, Values> {
  if (!isMap(globals)) throw invalid("It must be a non-empty dictionary");
  const sections = new Map<string, Values>();
  for (const [name, properties] of Object.entries(globals)) {
    const supported = SUPPORTED[name];
    if (!supported || !Object.hasOwn(SUPPORTED, name)) {
      const known = quoted(Object.keys(SUPPORTED).sort());
      throw invalid(`'${name}' is not supported. Must be one of the following values - ${known}`);
    }
    if (!isMap(properties)) throw invalid("Value of ${section} must be a dictionary");
    for (const property of Object.keys(properties)) {
      if (!supported.includes(property)) {
        throw invalid(
          `'${property}' is not a supported property of '${name}'. Must be one of the following values - ${quoted(supported)}`,
        );
      }
    }
    sections.set(name, properties);
  }
  return sections;
}

function quoted(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(", ")}]`;
}

function invalid(message: string): InvalidSamTemplate {
  return new InvalidSamTemplate([invalidGlobals(message)]);
}

/** `IgnoreGlobals`: `*`, or the properties that this resource does not take over. */
function withoutIgnored(id: string, globals: Values, ignored: Value | undefined): Values {
  if (!isFilled(ignored)) return globals;
  if (ignored === "*") return {};
  const fault = (more: string) =>
    new InvalidSamTemplate([
      invalidResource(id, `Resource ${id} has invalid resource attribute 'IgnoreGlobals'${more}.`),
    ]);
  if (!Array.isArray(ignored)) throw fault("");
  const left = { ...globals };
  for (const name of ignored) {
    if (typeof name !== "string" || !Object.hasOwn(left, name)) throw fault(` on item '${name}'`);
    delete left[name];
  }
  return left;
}

function isFunction(value: Values): boolean {
  return isIntrinsic(value);
}

/** Maps are merged, lists follow each other, anything else is the resource's own. */
function merge(globals: Value, local: Value, path: string): Value {
  if (Array.isArray(globals) && Array.isArray(local)) {
    return REPLACED.has(path) ? local : [...globals, ...local];
  }
  if (!isMap(globals) || !isMap(local) || isFunction(globals) || isFunction(local)) return local;
  const merged: Values = { ...globals };
  for (const [name, value] of Object.entries(local)) {
    merged[name] = Object.hasOwn(globals, name)
      ? merge(globals[name] as Value, value, `${path}.${name}`)
      : value;
  }
  return merged;
}
