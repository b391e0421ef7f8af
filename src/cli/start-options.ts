import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TAPE_MODES } from "../cassettes/modes.ts";
import { parseDuration } from "../core/clock.ts";
import { formatLine, type LogLevel, type LogLine } from "../core/log.ts";
import { Scratch } from "../core/scratch.ts";
import type { IamMode } from "../core/service.ts";
import { whyNot } from "../core/why-not.ts";
import { checkServices, withoutMark } from "../faults/names.ts";
import { didYouMean } from "../faults/nearest.ts";
import { isAwsHost } from "../gateway/aws-endpoint.ts";
import { DATA_PLANES } from "../gateway/data-planes.ts";
import type { Upstream } from "../gateway/upstream.ts";
import type { CloudOptions } from "../index.ts";
import { wireIndex } from "../models/model.ts";
import type { RootKey } from "../options.ts";
import { type HookFolder, hookFolders } from "../server/compat/init-hooks.ts";
import { CliError } from "./cli-error.ts";
import { colouredLine, isColoured } from "./coloured-log.ts";
import { type Compose, readCompose } from "./compose.ts";
import type { ConfigFile, SettingInFile } from "./config/config-file.ts";
import { jsonLine } from "./json-log.ts";
import { writeLine } from "./standard-output.ts";
import { isOn, variableOf } from "./variables.ts";

/** The flags of `squall start`, as commander gives them. */
export interface StartFlags {
  readonly host?: string;
  readonly port?: string;
  readonly hostName?: readonly string[];
  readonly adminToken?: string;
  readonly allowDeliveriesToSelf?: boolean;
  readonly dataDir?: string;
  readonly durability?: string;
  readonly seed?: string;
  readonly fleet?: string;
  readonly fleetName?: string;
  readonly faults?: string;
  readonly clock?: string;
  readonly strict?: boolean;
  readonly timings?: string;
  readonly verifySignatures?: boolean;
  readonly iam?: string;
  readonly rootKey?: readonly string[];
  readonly upstream?: readonly string[];
  readonly allowRealAws?: boolean;
  readonly upstreamCa?: string;
  readonly upstreamTimeout?: string;
  readonly services?: string;
  readonly recordBytes?: string;
  readonly bodyBytes?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly init?: string;
  readonly compose?: string;
  readonly dns?: string | boolean;
  readonly dnsAws?: boolean;
  readonly https?: boolean;
  readonly caDir?: string;
  readonly otel?: string | boolean;
  readonly cassette?: string;
  readonly cassetteMode?: string;
  readonly cassetteSecrets?: boolean;
  readonly endWithStdin?: boolean;
}

/** Environment variables that come before what squall.yaml says of a flag. */
export const VARIABLES: Readonly<Partial<Record<keyof StartFlags, readonly string[]>>> = {
  host: ["GATEWAY_LISTEN"],
  port: ["GATEWAY_LISTEN"],
  adminToken: ["SQUALL_ADMIN_TOKEN"],
  allowDeliveriesToSelf: ["SQUALL_ALLOW_DELIVERIES_TO_SELF"],
  dataDir: ["PERSISTENCE"],
  durability: ["SQUALL_DURABILITY"],
  seed: ["SQUALL_SEED"],
  timings: ["SQUALL_TIMINGS"],
  iam: ["SQUALL_IAM", "ENFORCE_IAM"],
  rootKey: ["SQUALL_ROOT_KEY"],
  services: ["STRICT_SERVICE_LOADING"],
  logLevel: ["LS_LOG", "DEBUG"],
  logFormat: ["SQUALL_LOG_FORMAT"],
  caDir: ["SQUALL_CA_DIR"],
  dns: ["DNS_PORT"],
  fleet: ["SQUALL_FLEET"],
};

type Environment = Readonly<Record<string, string | undefined>>;

const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: "TRACE",
  "trace-internal": "TRACE",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARN",
  warning: "WARN",
  error: "ERROR",
};

/**
 * Options from flags, then from LocalStack's environment variables (each may carry the prefix `LOCALSTACK_`), then from squall.yaml.
 * @param rest what commander did not know: `--<service>-<setting> <value>`
 * @param command whose help lists the options
 * @param known its flags
 * @throws CliError
 */
export function readOptions(
  given: StartFlags,
  rest: readonly string[],
  outer: Environment,
  command = "start",
  file?: ConfigFile,
  known: readonly string[] = [],
): CloudOptions {
  const composeFile = given.compose ?? file?.flags.compose;
  const compose = composeFile === undefined ? undefined : readCompose(composeFile, outer);
  const environment: Environment = { ...outer, ...compose?.environment };
  const variable = (name: string) => variableOf(environment, name);
  const flags = flagsWithFile(given, file, variable);
  const isSet = (name: string) => isOn(environment, name);
  let hooks: Record<string, string> | undefined;
  const listen = readListen(variable("GATEWAY_LISTEN"));
  const services = flags.services ?? (isSet("STRICT_SERVICE_LOADING") ? variable("SERVICES") : undefined);
  const dataDir =
    flags.dataDir ?? (isSet("PERSISTENCE") ? (variable("SQUALL_DATA_DIR") ?? ".squall") : undefined);
  const origins = variable("EXTRA_CORS_ALLOWED_ORIGINS");
  const publicHost = variable("LOCALSTACK_HOST");
  const rootKeys = flags.rootKey ?? environment["SQUALL_ROOT_KEY"]?.split(",");
  const seed = flags.seed ?? variable("SQUALL_SEED");
  const adminToken = flags.adminToken ?? environment["SQUALL_ADMIN_TOKEN"];
  return {
    ...listen,
    // In a container LocalStack listens everywhere; what counts on this machine is the published port.
    ...(compose && { host: "127.0.0.1", port: compose.port ?? 4566 }),
    ...(flags.host !== undefined && { host: flags.host }),
    ...(flags.port !== undefined && { port: readPort("--port", flags.port) }),
    ...(publicHost && { publicHost }),
    ...(flags.hostName && { hostNames: flags.hostName.map(readHostName) }),
    ...(adminToken && { adminToken }),
    allowDeliveriesToSelf: flags.allowDeliveriesToSelf ?? isSet("SQUALL_ALLOW_DELIVERIES_TO_SELF"),
    ...(dataDir && { dataDir: resolve(dataDir) }),
    durability: readDurability(flags.durability ?? variable("SQUALL_DURABILITY") ?? "process"),
    ...(seed && { seed }),
    ...(flags.faults && { faultsFile: rulesFile(flags.faults) }),
    ...(file?.hasRules && !given.faults && rulesInConfig(file)),
    clockRate: readClock(flags.clock ?? "real"),
    strict: flags.strict ?? false,
    timings: readTimings(flags.timings ?? variable("SQUALL_TIMINGS") ?? "instant"),
    verifySignatures: flags.verifySignatures ?? false,
    iam: readIam(flags.iam ?? variable("SQUALL_IAM") ?? (isSet("ENFORCE_IAM") ? "enforce" : "off")),
    ...(rootKeys && { rootKeys: rootKeys.map(readRootKey) }),
    allowAnyRegion: isSet("ALLOW_NONSTANDARD_REGIONS"),
    upstreams: readUpstreams(flags),
    ...(services && { services: readNames("--services", services) }),
    ...(flags.recordBytes !== undefined && { recordBytes: readBytes("--record-bytes", flags.recordBytes) }),
    ...(flags.bodyBytes !== undefined && { mostBodyBytes: readBytes("--body-bytes", flags.bodyBytes) }),
    settings: withSettings(file ? settingsOfFile(file, variable) : {}, readSettings(rest, command, known)),
    environment,
    ...(origins && { allowedOrigins: origins.split(",").map((origin) => origin.trim()) }),
    corsChecks: !isSet("DISABLE_CORS_CHECKS"),
    logLevel: readLevel(flags.logLevel ?? variable("LS_LOG") ?? (isSet("DEBUG") ? "debug" : "info")),
    log: written(readLogFormat(flags.logFormat ?? variable("SQUALL_LOG_FORMAT") ?? "text")),
    ...((flags.dns ?? flags.dnsAws) && {
      dns: { ...readDns(flags.dns ?? true, variable), ...(flags.dnsAws && { aws: true }) },
    }),
    ...(flags.https && {
      https: { folder: resolve(flags.caDir ?? variable("SQUALL_CA_DIR") ?? AUTHORITY_FOLDER) },
    }),
    ...(flags.otel && { traces: flags.otel === true ? {} : { url: String(flags.otel) } }),
    ...readCassette(flags),
    init: {
      folders: initFolders(flags.init, compose),
      environment() {
        hooks ??= {
          ...hookEnvironment(environment, compose, isSet("SQUALL_HOOKS_INSTALL")),
          ...(compose && clientOf(compose.environment, rootKeys !== undefined)),
        };
        return hooks;
      },
      ...(compose && { paths: compose.paths }),
    },
  };
}

/** Flags that say more of another one, and nothing without it; what is told of that. */
const COMPANIONS: readonly [flag: keyof StartFlags, of: keyof StartFlags, wanted: string][] = [
  ["upstreamCa", "upstream", "--upstream-ca is about upstreams: name one, with --upstream."],
  ["upstreamTimeout", "upstream", "--upstream-timeout is about upstreams: name one, with --upstream."],
  ["allowRealAws", "upstream", "--allow-real-aws is about upstreams: name one, with --upstream."],
  ["caDir", "https", "--ca-dir is about the authority of --https: say that, too."],
  ["fleetName", "fleet", "--fleet-name is about a fleet: say which, with --fleet URL."],
];

/** @throws CliError for a flag that does nothing, since the one that it is about is not given */
export function refuseAlone(flags: StartFlags, environment: Environment): void {
  for (const [flag, of, wanted] of COMPANIONS) {
    const isSet = VARIABLES[of]?.some((variable) => environment[variable]);
    if (flags[flag] && !flags[of] && !isSet) throw new CliError(wanted);
  }
}

type Variable = (name: string) => string | undefined;

/** The flags as given, and those of squall.yaml that no variable stands for. */
export const flagsWithFile = (
  given: StartFlags,
  file: ConfigFile | undefined,
  variable: Variable = (name) => process.env[name] || undefined,
): StartFlags => ({ ...(file && flagsOfFile(file, variable)), ...given });

function flagsOfFile({ flags }: ConfigFile, variable: Variable): StartFlags {
  const isSet = (name: string) =>
    VARIABLES[name as keyof StartFlags]?.some((one) => variable(one) !== undefined);
  const entries = Object.entries(flags).filter(([name, value]) => value !== false && !isSet(name));
  return Object.fromEntries(entries) as StartFlags;
}

type Settings = Record<string, Record<string, string | number | boolean>>;

function settingsOfFile({ settings }: ConfigFile, variable: Variable): Settings {
  const isSet = ({ variables }: SettingInFile) => variables.some((one) => variable(one) !== undefined);
  return Object.fromEntries(
    Object.entries(settings).map(([service, values]) => [
      service,
      Object.fromEntries(
        Object.entries(values)
          .filter(([, setting]) => !isSet(setting))
          .map(([name, { value }]) => [name, value]),
      ),
    ]),
  );
}

function withSettings(first: Settings, then: Settings): Settings {
  const services = new Set([...Object.keys(first), ...Object.keys(then)]);
  return Object.fromEntries([...services].map((name) => [name, { ...first[name], ...then[name] }]));
}

/** Who says no more than the folder has what is in it replayed. @throws CliError */
function readCassette({
  cassette: folder,
  cassetteMode,
  cassetteSecrets,
}: Pick<StartFlags, "cassette" | "cassetteMode" | "cassetteSecrets">): Pick<CloudOptions, "cassette"> {
  if (folder === undefined) {
    const alone = cassetteMode !== undefined ? "--cassette-mode" : cassetteSecrets && "--cassette-secrets";
    if (alone) throw new CliError(`${alone} is about a cassette: say which, with --cassette FOLDER.`);
    return {};
  }
  const mode = cassetteMode ?? "replay";
  const known = TAPE_MODES.find((name) => name === mode);
  if (known === undefined) throw new CliError(`--cassette-mode is ${TAPE_MODES.join(", ")}, not "${mode}".`);
  if ((known === "replay" || known === "compare") && !existsSync(folder))
    throw new CliError(`The cassette ${folder} is not there: record it first, with --cassette-mode record.`);
  return {
    cassette: { folder: resolve(folder), mode: known, ...(cassetteSecrets && { keepsSecrets: true }) },
  };
}

/** The local authority outlives a process: clients trust it once. */
const AUTHORITY_FOLDER = join(homedir(), ".squall", "ca");

/** Where DNS is expected, and where it can be without privileges. */
const DNS_PORTS = [53, 5453];

function readDns(
  flag: string | boolean,
  variable: (name: string) => string | undefined,
): NonNullable<CloudOptions["dns"]> {
  const port = flag === true ? variable("DNS_PORT") : String(flag);
  const resolveTo = variable("DNS_RESOLVE_IP");
  return {
    ports: port === undefined ? DNS_PORTS : [readPort("--dns", port)],
    ...(resolveTo && { resolveTo }),
  };
}

/** `33554432`, `512KiB`, `64MiB` */
function readBytes(flag: string, text: string): number {
  const [, number, unit] = /^(\d+)(?:([KMG])i?B?)?$/i.exec(text.trim()) ?? [];
  if (number === undefined)
    throw new CliError(`${flag} wants a number of bytes (33554432, 64MiB), not "${text}".`);
  return Number(number) * 1024 ** (unit === undefined ? 0 : "KMG".indexOf(unit.toUpperCase()) + 1);
}

/** `AKIA…:<secret>` */
function readRootKey(text: string): RootKey {
  const [accessKeyId, secretAccessKey] = splitOnce(text.trim(), ":");
  if (!accessKeyId || !secretAccessKey || accessKeyId.includes("/"))
    throw new CliError("--root-key wants <access key id>:<secret access key>.");
  return { accessKeyId, secretAccessKey };
}

function rulesFile(path: string): string {
  if (!existsSync(path)) throw new CliError(`The rules file ${path} is not there.`);
  readText(path, "--faults");
  return resolve(path);
}

function rulesInConfig({ path, flags }: ConfigFile): Pick<CloudOptions, "faultsFile" | "faultsFileHolds"> {
  if (flags.faults !== undefined)
    throw new CliError(`${path} has rules, and names a file of rules (faults): one of them is enough.`);
  return { faultsFile: path, faultsFileHolds: "configuration" };
}

const STANDARD_INIT = "/etc/localstack/init";

/** `--init DIR`, the compose file's volumes, and the standard place. */
function initFolders(given: string | undefined, compose: Compose | undefined): HookFolder[] {
  if (given !== undefined && !existsSync(given)) throw new CliError(`The init folder ${given} is not there.`);
  if (given !== undefined && !statSync(given).isDirectory())
    throw new CliError(`--init wants a folder, and ${given} is none.`);
  const own = given === undefined ? [] : hookFolders(resolve(given));
  const hooks = [...own, ...(compose?.hooks ?? [])];
  return hooks.length > 0 ? hooks : hookFolders(STANDARD_INIT);
}

/** Hooks find our commands first, and files of the container where they lie here. */
function hookEnvironment(
  environment: Environment,
  compose: Compose | undefined,
  mayInstall: boolean,
): Record<string, string> {
  const set = Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return {
    ...Object.fromEntries(set.filter(([name]) => !name.startsWith("AWS_") || name === "AWS_CA_BUNDLE")),
    PATH: `${commandsFolder(mayInstall)}${delimiter}${environment["PATH"] ?? ""}`,
    ...(compose && {
      SQUALL_PATH_MAP: compose.paths.map(([container, here]) => `${container}=${here}`).join("\n"),
    }),
  };
}

/**
 * Who and where the compose file's own hooks are: what they make must be where their application looks. The shell's credentials are
 * none of their business.
 */
function clientOf(given: Compose["environment"], hasRootKeys: boolean): Record<string, string> {
  const region = given["AWS_DEFAULT_REGION"] ?? given["AWS_REGION"] ?? given["DEFAULT_REGION"];
  const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret } = given;
  return {
    ...(region && { AWS_DEFAULT_REGION: region, AWS_REGION: given["AWS_REGION"] ?? region }),
    ...(key && !hasRootKeys && { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret ?? "test" }),
  };
}

/** Hooks that were written for a container install what they need there; here that would be the machine of whoever starts Squall. */
const INSTALLERS = ["apt", "apt-get", "apk", "dnf", "microdnf", "yum"];
const NOT_INSTALLED =
  "is not run: hooks run on this machine, not in a container. Install what they need yourself, or let them by SQUALL_HOOKS_INSTALL=1.";

/**
 * A folder with an `awslocal` command that runs ours with this Node. Without `mayInstall` there are also some in the place of what
 * installs packages, that say so and succeed: what a hook needs may be here already.
 */
function commandsFolder(mayInstall: boolean): string {
  const folder = new Scratch().folder("bin");
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const script = fileURLToPath(new URL(`./awslocal.${extension}`, import.meta.url));
  const add = (name: string, line: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  add("awslocal", `exec "${process.execPath}" "${script}" "$@"`);
  if (!mayInstall) for (const name of INSTALLERS) add(name, `echo "${name} $* ${NOT_INSTALLED}" >&2`);
  return folder;
}

/** `sqs, dynamodb` */
function readNames(flag: string, text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0) throw new CliError(`${flag} wants names, separated by commas, not "${text}".`);
  return names;
}

/** `squall.test`, `squall:4566`: as it stands in the Host header */
function readHostName(text: string): string {
  if (/^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?(?::\d+)?$/i.test(text)) return text;
  throw new CliError(
    `--host-name wants a name such as squall.test, whose subdomains are then Squall's, too, not "${text}".`,
  );
}

function readPort(label: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new CliError(`${label} wants a port from 0 to 65535, not "${text}".`);
  return port;
}

/** `GATEWAY_LISTEN=127.0.0.1:4566,…`: the first address counts. */
function readListen(text: string | undefined): Pick<CloudOptions, "host" | "port"> {
  const first = text?.split(",")[0]?.trim();
  if (!first) return {};
  const at = first.lastIndexOf(":");
  if (at < 0) return { host: first };
  const host = first.slice(0, at);
  return { ...(host && { host }), port: readPort("GATEWAY_LISTEN", first.slice(at + 1)) };
}

function readClock(mode: string): number {
  if (mode === "real") return 1;
  if (mode === "frozen") return 0;
  const factor = Number(/^accelerated=(.+)$/.exec(mode)?.[1]);
  if (factor > 0 && factor <= 10_000) return factor;
  throw new CliError(`--clock is real, frozen or accelerated=<factor up to 10000>, not "${mode}".`);
}

function readDurability(given: string): "process" | "full" {
  if (given === "process" || given === "full") return given;
  throw new CliError(`--durability is process or full, not "${given}".`);
}

function readTimings(given: string): "real" | "instant" {
  if (given === "real" || given === "instant") return given;
  throw new CliError(`--timings is instant or real, not "${given}".`);
}

function readIam(given: string): IamMode {
  if (given === "off" || given === "audit" || given === "enforce") return given;
  throw new CliError(`--iam is enforce, audit or off, not "${given}".`);
}

/**
 * @param given `service=url`, with `*` for all that Squall does not serve
 * @param flag what it was given with
 * @throws CliError
 */
export function readUpstreams(
  { upstream: given = [], ...flags }: UpstreamFlags,
  flag = "--upstream",
): Record<string, Upstream> {
  const common = upstreamOptions(flags);
  const upstreams: Record<string, Upstream> = {};
  for (const text of given) {
    const at = text.indexOf("=");
    const service = text.slice(0, at);
    const url = text.slice(at + 1);
    if (at < 1)
      throw new CliError(
        `${flag} wants service=url, for example dynamodb=http://127.0.0.1:8000 or *=aws, not "${text}".`,
      );
    if (!isUpstreamUrl(url))
      throw new CliError(`${flag} wants a URL of http:// or https://, or aws, not "${url}".`);
    const { username, password, search, hash } = new URL(filledForm(url === "aws" ? "https://aws" : url));
    if (username + password + search + hash !== "")
      throw new CliError(
        `${flag} ${service}=… wants a URL of a scheme, a host, a port and a path: a user, a password, a query or a fragment goes nowhere.`,
      );
    const name = withoutMark(service);
    const before = upstreams[name];
    if (before)
      throw new CliError(
        `${flag} says twice where ${service === "*" ? "everything else" : service} goes: to ${before.url} and to ${url}.`,
      );
    checkService(service, `${flag} ${service}=…`);
    if (!flags.allowRealAws && isRealAws(url)) throw realAwsWantsLeave(`${flag} ${text}`);
    upstreams[name] = { url, ...common };
  }
  return upstreams;
}

/**
 * @param said what was said where it is wrong
 * @throws CliError that names the service that is probably meant. `new:name` is one that is newer than Squall's models
 */
export function checkService(service: string, said: string): void {
  if (service === "*") return;
  try {
    const services = () => [...wireIndex().keys(), ...Object.keys(DATA_PLANES)];
    checkServices({ service }, { services });
  } catch (error) {
    throw new CliError(`${said}: ${(error as Error).message}`);
  }
}

type UpstreamFlags = Pick<StartFlags, "upstream" | "upstreamCa" | "upstreamTimeout" | "allowRealAws">;

function upstreamOptions({ upstreamCa, upstreamTimeout, allowRealAws }: UpstreamFlags) {
  return {
    ...(upstreamCa !== undefined && { ca: readCa(upstreamCa) }),
    ...(upstreamTimeout !== undefined && { timeoutMs: readTimeout(upstreamTimeout) }),
    ...(allowRealAws && { allowsRealAws: true }),
  };
}

/** `aws`, `http://127.0.0.1:5000`, `https://{service}.{region}.example.com` */
const isUpstreamUrl = (url: string): boolean =>
  url === "aws" || /^https?:$/.test(URL.parse(filledForm(url))?.protocol ?? "");

const isRealAws = (url: string): boolean => url === "aws" || isAwsHost(new URL(filledForm(url)).hostname);

const filledForm = (url: string): string => url.replace("{service}", "sqs").replace("{region}", "us-east-1");

const realAwsWantsLeave = (what: string) =>
  new CliError(`${what} is real AWS, where calls cost money and change things: say --allow-real-aws, too.`);

function readCa(file: string): string {
  if (!existsSync(file)) throw new CliError(`The certificates ${file} of --upstream-ca are not there.`);
  const pem = readText(file, "--upstream-ca");
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) {
    throw new CliError(`--upstream-ca wants certificates in PEM; ${file} has none.`);
  }
  return pem;
}

function readText(file: string, flag: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(`${file} of ${flag} cannot be read: ${whyNot(error)}.`);
  }
}

function readTimeout(text: string): number {
  const ms = parseDuration(/^\d+$/.test(text) ? Number(text) : text);
  if (!ms) throw new CliError(`--upstream-timeout wants a duration like 30s or PT5M, not "${text}".`);
  return ms;
}

/** `--dynamodb-consistency eventual`, `--dynamodb-consistency=eventual`; a setting alone is `true`. */
function readSettings(
  rest: readonly string[],
  command: string,
  known: readonly string[],
): Record<string, Record<string, string>> {
  const services = readdirSync(new URL("../services/", import.meta.url)).sort((a, b) => b.length - a.length);
  const settings: Record<string, Record<string, string>> = {};
  const left = [...rest];
  for (let option = left.shift(); option !== undefined; option = left.shift()) {
    const [flag, inline] = splitOnce(option, "=");
    const service = services.find((name) => flag.startsWith(`--${name}-`));
    if (!service) throw new CliError(unknownWord(flag, command, known));
    const next = inline === undefined && !left[0]?.startsWith("--") ? left.shift() : undefined;
    settings[service] = { ...settings[service], [flag.slice(service.length + 3)]: inline ?? next ?? "true" };
  }
  return settings;
}

function unknownWord(word: string, command: string, known: readonly string[]): string {
  if (!word.startsWith("-")) return `squall ${command} takes options only, and no "${word}".`;
  return `There is no option ${word}.${didYouMean(word, known)} squall ${command} --help lists them.`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function readLevel(text: string): LogLevel {
  const level = LEVELS[text.toLowerCase()];
  if (!level) throw new CliError(`The log level is one of ${Object.keys(LEVELS).join(", ")}, not "${text}".`);
  return level;
}

function readLogFormat(given: string): (line: LogLine) => string {
  if (given === "json") return jsonLine;
  if (given === "text") return isColoured(process.stdout) ? colouredLine : formatLine;
  throw new CliError(`--log-format is text or json, not "${given}".`);
}

const written =
  (format: (line: LogLine) => string) =>
  (line: LogLine): void =>
    writeLine(format(line));
