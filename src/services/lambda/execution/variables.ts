import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Texts and times are AWS's, wherever the machine is. */
export const LOCALE = { LANG: "en_US.UTF-8", TZ: ":UTC" };

/** What the variables of an environment are made of. */
export interface VariableSources {
  readonly account: string;
  readonly region: string;
  readonly functionName: string;
  readonly version: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memorySizeMB: number;
  readonly initializationType: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logFormat: "Text" | "JSON";
  readonly applicationLogLevel?: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly taskRoot: string;
  readonly runtimeFolder: string;
  readonly opt?: string;
  /** A folder of the environment's own, for temporary files. */
  readonly temporary: string;
  /** `http://127.0.0.1:4566`; undefined keeps the SDKs away from us. */
  readonly endpointUrl?: string;
  readonly edgePort: number;
  readonly runtimeVariables: Readonly<Record<string, string>>;
  readonly user: Readonly<Record<string, string>>;
}

/**
 * The variables of an environment: AWS's, those that functions written for LocalStack look for, and last the user's own.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 *
 * The developer's own environment does not leak in: no HOME, so that no SDK finds real credentials in `~/.aws`.
 */
export function environmentVariables(from: VariableSources): Record<string, string> {
  const libraries = [from.taskRoot, join(from.taskRoot, "lib"), ...(from.opt ? [join(from.opt, "lib")] : [])];
  return {
    ...LOCALE,
    PATH: [
      ...(from.opt && existsSync(join(from.opt, "bin")) ? [join(from.opt, "bin")] : []),
      process.env["PATH"] ?? "",
    ].join(delimiter),
    LD_LIBRARY_PATH: libraries.join(delimiter),
    TMPDIR: from.temporary,
    AWS_REGION: from.region,
    AWS_DEFAULT_REGION: from.region,
    AWS_ACCESS_KEY_ID: from.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: from.credentials.secretAccessKey,
    ...(from.credentials.sessionToken && { AWS_SESSION_TOKEN: from.credentials.sessionToken }),
    AWS_LAMBDA_FUNCTION_NAME: from.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: from.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(from.memorySizeMB),
    AWS_LAMBDA_INITIALIZATION_TYPE: from.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: from.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: from.logStream,
    ...(from.logFormat === "JSON" && {
      AWS_LAMBDA_LOG_FORMAT: from.logFormat,
      AWS_LAMBDA_LOG_LEVEL: from.applicationLogLevel ?? "INFO",
    }),
    ...(!from.runtime.startsWith("provided") && { AWS_EXECUTION_ENV: `AWS_Lambda_${from.runtime}` }),
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    _AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1",
    _AWS_XRAY_DAEMON_PORT: "2000",
    LAMBDA_TASK_ROOT: from.taskRoot,
    LAMBDA_RUNTIME_DIR: from.runtimeFolder,
    _HANDLER: from.handler,
    LOCALSTACK_HOSTNAME: "127.0.0.1",
    EDGE_PORT: String(from.edgePort),
    LOCALSTACK_FUNCTION_ACCOUNT_ID: from.account,
    ...(from.endpointUrl && { AWS_ENDPOINT_URL: from.endpointUrl }),
    ...from.runtimeVariables,
    ...from.user,
  };
}
