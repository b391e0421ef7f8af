import { wireIndex } from "../models/model.ts";
import { clientName, serviceNames } from "./service-names.ts";

/** A service and perhaps an operation, as the user agent of an SDK or of the AWS CLI tells them. */
export interface ClientSays {
  /** botocore's names of the service, when the models have it. Two of them may have one service id. */
  readonly services?: readonly string[];
  /** As the client writes it, for a service that the models do not have. */
  readonly name?: string;
  readonly operation?: string;
}

const NOTHING: ClientSays = {};
/** A client says the same in all its calls. Bounded: user agents come from outside. */
const known = new Map<string, ClientSays>();
const REMEMBERED = 500;

/**
 * Reads `api/rds#3.1143.0` (JavaScript, Java, Go, .NET, Ruby; `api/rds/1.2` in Rust) and the CLI's
 * `md/command#rds.describe-db-instances`. boto3 says neither.
 */
export function clientSays(headers: Readonly<Record<string, string>>): ClientSays {
  const agent = headers["x-amz-user-agent"] ?? headers["user-agent"];
  if (agent === undefined) return NOTHING;
  const before = known.get(agent);
  if (before) return before;
  const says = read(agent);
  if (known.size >= REMEMBERED) known.clear();
  known.set(agent, says);
  return says;
}

function read(agent: string): ClientSays {
  const [, command, action = ""] = /\bmd\/command#([a-z0-9-]+)\.([a-z0-9-]+)/.exec(agent) ?? [];
  if (command !== undefined) {
    const service = command === "s3api" ? "s3" : command;
    const operation = { operation: pascal(action) };
    return wireIndex().has(service) ? { services: [service], ...operation } : { name: service, ...operation };
  }
  const api = /\bapi\/([\w.-]{1,64})/.exec(agent)?.[1];
  if (api === undefined) return NOTHING;
  const services = serviceNames().byClientName.get(clientName(api));
  return services ? { services } : { name: api.toLowerCase() };
}

/** `describe-db-instances` → `DescribeDbInstances`. */
const pascal = (command: string) =>
  command.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
