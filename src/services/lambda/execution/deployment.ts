import { constants, existsSync } from "node:fs";
import { access, mkdir, readdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Network } from "../../../core/call.ts";
import type { Credential } from "../../../core/credentials.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { CodeStore } from "../code-store.ts";
import type { Scope } from "../function-name.ts";
import { keptLayerVersion } from "../layer-records.ts";
import type { VersionRecord } from "../records.ts";
import { BOOTSTRAPS } from "./bootstraps.ts";
import { SANDBOX_PATH, sandboxed } from "./bubblewrap.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import type { Deployment } from "./fleet.ts";
import type { HotReload } from "./hot-reload.ts";
import type { LogDelivery } from "./log-delivery.ts";
import { isExtensionLayer, ParametersExtension } from "./parameters-extension.ts";
import { type Place, Places } from "./places.ts";
import type { Command } from "./process-events.ts";
import { type RuntimeCommand, runtimeCommand } from "./runtimes.ts";
import { environmentVariables } from "./variables.ts";
import { XRayDaemon } from "./xray-daemon.ts";

/** A credential that a function's calls carry lives as long as any process of ours. */
const CREDENTIAL_LIFETIME_MS = 10 * 365 * 24 * 3_600_000;
/** What a runtime needs on top of the function's memory: AWS's sizes do not count pages shared with other processes. */
const MEMORY_ALLOWANCE_MB = 96;

/** Makes function versions ready to run. */
export class Deployments {
  readonly #host: ServiceHost;
  readonly #code: CodeStore;
  readonly #logs: LogDelivery;
  readonly #hotReload: HotReload;
  readonly #credentials = new Map<string, Credential>();
  /** How many environments of a function have been placed in its subnets, by its ARN. */
  readonly #placed = new Map<string, number>();
  readonly #extension: ParametersExtension;
  readonly #daemon: XRayDaemon;

  constructor(host: ServiceHost, code: CodeStore, logs: LogDelivery, hotReload: HotReload) {
    this.#host = host;
    this.#code = code;
    this.#logs = logs;
    this.#hotReload = hotReload;
    this.#extension = new ParametersExtension(host);
    this.#daemon = new XRayDaemon(host);
  }

  /** @param initDelayMs asked when an environment is made: a fault may slow its start */
  of(scope: Scope, record: VersionRecord, initDelayMs: () => number | undefined): Deployment {
    const { configuration, code, runs = configuration.RevisionId } = record;
    const folder = code.kind === "folder" ? `/${this.#hotReload.generation(code.path)}` : "";
    return {
      key: deploymentKey(scope, configuration.FunctionName, configuration.Version),
      revision: runs + folder,
      plan: (initializationType) => this.#plan(scope, record, initializationType, initDelayMs()),
    };
  }

  /** Unpacks and finds what a first invocation would have to wait for. Rejects as `plan` does. */
  async prepare(record: VersionRecord): Promise<void> {
    await this.#folders(record);
  }

  /** Takes back the credentials of this process, and the extension's port. */
  async stop(): Promise<void> {
    await Promise.all([this.#extension.stop(), this.#daemon.stop()]);
    for (const { accessKeyId } of this.#credentials.values()) this.#host.credentials.delete(accessKeyId);
    this.#credentials.clear();
  }

  async #folders({
    configuration,
    code,
  }: VersionRecord): Promise<{ taskRoot: string; opt?: string; runtime: RuntimeCommand }> {
    const taskRoot = code.kind === "folder" ? code.path : await this.#code.unpack([code]);
    const opt = await this.#layers(configuration.Layers?.flatMap(({ Arn }) => Arn ?? []) ?? []);
    const compiled = await this.#compiled();
    const runtime = await runtimeCommand(configuration.Runtime ?? "provided", {
      taskRoot,
      ...(compiled && { compiled }),
      ...(opt && { opt }),
      memorySizeMB: configuration.MemorySize,
      scratch: this.#code.folder(),
    });
    return { taskRoot, ...(opt && { opt }), runtime };
  }

  /**
   * The folder of compiled code, if there is one. Files go by their place beside it, so it has to be at the same place in
   * every cloud: a link beside the unpacked code.
   */
  async #compiled(): Promise<string | undefined> {
    const target = this.#host.setting<string>("compile-cache");
    if (target === "" || this.#host.setting<boolean>("sandbox")) return undefined;
    const link = join(this.#code.folder(), "compiled");
    await mkdir(target, { recursive: true }).catch(() => {});
    if (!existsSync(link)) await symlink(target, link).catch(() => {});
    return link;
  }

  /** The folder that stands for `/opt`. */
  async #layers(arns: readonly string[]): Promise<string | undefined> {
    const zips = [];
    for (const arn of arns) {
      const layer = keptLayerVersion(this.#host, arn);
      if (layer) zips.push(layer.zip);
      else if (!isExtensionLayer(arn))
        this.#host.log.warn(`The layer ${arn} is not here: the function runs without it.`);
    }
    return zips.length > 0 ? this.#code.unpack(zips) : undefined;
  }

  async #plan(
    scope: Scope,
    record: VersionRecord,
    initializationType: EnvironmentPlan["initializationType"],
    initDelayMs: number | undefined,
  ): Promise<EnvironmentPlan> {
    const { configuration } = record;
    const { FunctionName: functionName, Version: version, LoggingConfig: logging } = configuration;
    const { taskRoot, opt, runtime } = await this.#folders(record);
    const isSandboxed = this.#host.setting<boolean>("sandbox");
    const places = placesOf(taskRoot, opt, isSandboxed ? runtime.reads : []);
    const paths = new Places(places);
    const { random, clock } = this.#host;
    const group = logging?.LogGroup ?? `/aws/lambda/${functionName}`;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    const stream = `${day}/[${version}]${random.hex(32)}`;
    const temporary = join(this.#code.folder(), "tmp", random.hex(16));
    await mkdir(temporary, { recursive: true });
    const handler = configuration.Handler ?? "";
    const logFormat = logging?.LogFormat === "JSON" ? "JSON" : "Text";
    const credential = this.#credential(scope, configuration.Role, functionName, this.#place(configuration));
    const ofExtension = await this.#extension.variablesFor(configuration, credential, scope.region);
    const ofDaemon = await this.#daemon.variablesFor(scope, configuration.Role ?? "lambda.amazonaws.com");
    const variables = environmentVariables({
      ...scope,
      functionName,
      version,
      handler,
      runtime: configuration.Runtime ?? "provided",
      memorySizeMB: configuration.MemorySize,
      initializationType,
      logGroup: group,
      logStream: stream,
      logFormat,
      ...(logging?.ApplicationLogLevel && { applicationLogLevel: logging.ApplicationLogLevel }),
      credentials: credential,
      taskRoot,
      runtimeFolder: BOOTSTRAPS,
      ...(opt && { opt }),
      temporary,
      ...(!this.#host.setting<boolean>("disable-aws-endpoint-url") && {
        endpointUrl: this.#host.endpoint.loopback(),
      }),
      edgePort: this.#host.endpoint.port(),
      runtimeVariables: { ...runtime.env, ...ofDaemon, ...ofExtension },
      user: configuration.Environment?.Variables ?? {},
    });
    if (isSandboxed) {
      for (const [name, value] of Object.entries(variables)) variables[name] = paths.toKnown(value);
      Object.assign(variables, { PATH: SANDBOX_PATH, TMPDIR: "/tmp" }, configuration.Environment?.Variables);
    } else {
      for (const [name, value] of Object.entries(configuration.Environment?.Variables ?? {}))
        variables[name] = paths.toHere(value);
    }
    const extensions = opt ? await executablesIn(join(opt, "extensions")) : [];
    const command = wrapped(
      runtime,
      configuration.Environment?.Variables?.["AWS_LAMBDA_EXEC_WRAPPER"],
      paths,
    );
    const start = (
      { file, args, forkedFrom }: Pick<RuntimeCommand, "file" | "args" | "forkedFrom">,
      runtimeApi: string,
    ): Command => {
      const env = { ...variables, AWS_LAMBDA_RUNTIME_API: runtimeApi };
      if (!isSandboxed) return { file, args, cwd: taskRoot, env, ...(forkedFrom && { forkedFrom }) };
      const inside = {
        file: paths.toKnown(file),
        args: args.map((arg) => paths.toKnown(arg)),
        cwd: TASK_ROOT,
        env,
      };
      return sandboxed(inside, { places, reads: runtime.reads, temporary });
    };
    return {
      functionName,
      version,
      handler,
      account: scope.account,
      runtime: configuration.Runtime ?? "provided",
      timeoutMs: configuration.Timeout * 1000,
      initTimeoutMs: this.#host.setting<number>("init-timeout") * 1000,
      memorySizeMB: configuration.MemorySize,
      // The JVM keeps to its own limits, which leave no room for such a line.
      ...(!configuration.Runtime?.startsWith("java") && {
        memoryLimitMB: configuration.MemorySize + MEMORY_ALLOWANCE_MB,
      }),
      initializationType,
      temporary,
      logFormat,
      log: this.#logs.open({ ...scope, functionName, role: configuration.Role, group, stream }),
      command: (runtimeApi) => start(command, runtimeApi),
      extensions: (runtimeApi) => extensions.map((file) => start({ file, args: [] }, runtimeApi)),
      // Whoever edits a folder wants to find its files by what an error says.
      ...(!isSandboxed && record.code.kind === "zip" && { toKnown: (text: string) => paths.toKnown(text) }),
      ...(initDelayMs !== undefined && { initDelayMs }),
    };
  }

  /** Environments of a function are in one subnet each, one after the other in all that it may be in. */
  #place({ FunctionArn, VpcConfig }: VersionRecord["configuration"]): Network | undefined {
    const { SubnetIds = [], VpcId = "" } = VpcConfig ?? {};
    const number = this.#placed.get(FunctionArn) ?? 0;
    const subnetId = SubnetIds[number % SubnetIds.length];
    if (subnetId === undefined) return undefined;
    this.#placed.set(FunctionArn, number + 1);
    return { vpcId: VpcId, subnetId };
  }

  /** The role's session that the function's own calls are made with: `assumed-role/<role>/<function>`. */
  #credential(
    { account }: Scope,
    role: string,
    functionName: string,
    network: Network | undefined,
  ): Credential {
    const key = `${role} ${functionName} ${network?.vpcId ?? ""} ${network?.subnetId ?? ""}`;
    let credential = this.#credentials.get(key);
    if (!credential || this.#host.credentials.find(credential.accessKeyId) === undefined) {
      const session = { account, name: functionName, ...(network && { network }) };
      credential = this.#host.credentials.issueForRole(role, session, CREDENTIAL_LIFETIME_MS);
      this.#credentials.set(key, credential);
    }
    return credential;
  }
}

export const deploymentKey = ({ account, region }: Scope, name: string, version: string): string =>
  `${account}/${region}/${name}:${version}`;

/** Where AWS has a function's folders. */
const TASK_ROOT = "/var/task";

/** @param reads what is also read, for a sandbox: scratch files of ours have no place of their own in there */
function placesOf(taskRoot: string, opt: string | undefined, reads: readonly string[]): Place[] {
  return [
    { here: taskRoot, known: TASK_ROOT },
    ...(opt ? [{ here: opt, known: "/opt" }] : []),
    { here: BOOTSTRAPS.replace(/\/$/, ""), known: "/var/runtime" },
    ...reads
      .filter((path) => path.startsWith(tmpdir()))
      .map((here) => ({ here, known: `/var/lang/${basename(here)}` })),
  ];
}

/** AWS_LAMBDA_EXEC_WRAPPER: a script of the function's or of a layer that starts the runtime. One that is not here is left out. */
function wrapped(runtime: RuntimeCommand, wrapper: string | undefined, paths: Places): RuntimeCommand {
  const file = wrapper && paths.toHere(wrapper);
  if (!file || !existsSync(file)) return runtime;
  const { forkedFrom: _, ...started } = runtime;
  return { ...started, file, args: [runtime.file, ...runtime.args] };
}

async function executablesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const executables: string[] = [];
  for (const name of names.sort()) {
    const file = join(folder, name);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      executables.push(file);
  }
  return executables;
}
