import { availableParallelism } from "node:os";
import type { Setting } from "../../core/service.ts";
import { sandboxComplaint } from "./execution/bubblewrap.ts";

/** Lambda's knobs; most are LocalStack's. */
export const settings: Readonly<Record<string, Setting>> = {
  "keep-alive-ms": {
    description: "How long an idle environment is kept, in milliseconds of the clock.",
    type: "number",
    default: 600_000,
    env: ["LAMBDA_KEEPALIVE_MS"],
  },
  "init-timeout": {
    description:
      "Seconds for the init phase of an environment. What takes longer is tried again within the function's timeout.",
    type: "number",
    default: 10,
    env: ["LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT"],
  },
  "max-environments": {
    description: "How many environments (processes) there may be before invocations wait for one.",
    type: "number",
    default: Math.min(64, Math.max(8, availableParallelism() * 8)),
  },
  "synchronous-create": {
    description: "CreateFunction and updates answer when the function is active.",
    type: "boolean",
    default: false,
    env: ["LAMBDA_SYNCHRONOUS_CREATE"],
  },
  sandbox: {
    description:
      "Run functions in namespaces of their own, by bubblewrap (Linux): a private /tmp, real /var/task and /opt, no view of anything else.",
    type: "boolean",
    default: false,
    complaint: (wanted) => (wanted ? sandboxComplaint() : undefined),
  },
  "compile-cache": {
    description:
      "A folder in which Node.js functions, and the AWS SDK of Python, keep their compiled code, for as many clouds as use it: cold starts take half as long.",
    type: "string",
    default: "",
  },
  "runtime-validation": {
    description:
      "Refuse runtimes that AWS no longer makes functions for, as AWS does. Otherwise they are warned of.",
    type: "boolean",
    default: false,
    env: ["LAMBDA_RUNTIME_VALIDATION"],
  },
  "disable-aws-endpoint-url": {
    description: "Leave AWS_ENDPOINT_URL out of the function's environment.",
    type: "boolean",
    default: false,
    env: ["LAMBDA_DISABLE_AWS_ENDPOINT_URL"],
  },
  "retry-base-delay": {
    description:
      "Seconds before the first retry of an asynchronous invocation; the second waits twice as long.",
    type: "number",
    default: 60,
    env: ["LAMBDA_RETRY_BASE_DELAY"],
  },
  "limit-concurrent-executions": {
    description: "Invocations under way at once, in an account and region.",
    type: "number",
    default: 1000,
    env: ["LAMBDA_LIMITS_CONCURRENT_EXECUTIONS"],
  },
  "limit-minimum-unreserved-concurrency": {
    description: "What reservations must leave to other functions.",
    type: "number",
    default: 100,
    env: ["LAMBDA_LIMITS_MINIMUM_UNRESERVED_CONCURRENCY"],
  },
  "limit-total-code-size": {
    description: "GetAccountSettings' TotalCodeSize, in bytes.",
    type: "number",
    default: 80_530_636_800,
    env: ["LAMBDA_LIMITS_TOTAL_CODE_SIZE"],
  },
  "limit-code-size-zipped": {
    description: "Largest zip in a request, in bytes.",
    type: "number",
    default: 52_428_800,
    env: ["LAMBDA_LIMITS_CODE_SIZE_ZIPPED"],
  },
  "limit-code-size-unzipped": {
    description: "Largest unpacked size of code, or of layers, in bytes.",
    type: "number",
    default: 262_144_000,
    env: ["LAMBDA_LIMITS_CODE_SIZE_UNZIPPED"],
  },
  "limit-environment-bytes": {
    description: "Largest set of environment variables, in bytes.",
    type: "number",
    default: 4096,
    env: ["LAMBDA_LIMITS_MAX_FUNCTION_ENVVAR_SIZE_BYTES"],
  },
  "limit-payload-bytes": {
    description: "Largest event of a synchronous invocation, in bytes.",
    type: "number",
    default: 6_291_556,
    env: ["LAMBDA_LIMITS_MAX_FUNCTION_PAYLOAD_SIZE_BYTES"],
  },
};
