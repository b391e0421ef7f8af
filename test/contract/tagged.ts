import { isThere, type ToolName } from "../needs.ts";
import type { Call } from "./lists.ts";

/** A declared type whose resources carry tags, and how to have one. */
export interface TaggedCase {
  readonly service: string;
  /** Its name in the service's declaration. */
  readonly type: string;
  /** Makes one of this name, and gives its ARN. */
  create(call: Call, name: string): Promise<string>;
  /** How many tags there can be. Default 50. */
  readonly most?: number;
  /** What an experiment has to say of it as a target, beside its tags. */
  readonly targetParameters?: Readonly<Record<string, string>>;
}

/** Types of which each is a server of this machine. */
const SERVERS: Readonly<Record<string, ToolName>> = {
  "rds db": "postgres",
  "rds cluster-snapshot": "postgres",
  "rds snapshot": "mariadb",
  "elasticache replicationgroup": "valkey",
  "elasticache cluster": "valkey",
  "elasticache snapshot": "valkey",
  "dsql cluster": "postgres",
  "memorydb cluster": "valkey",
  "memorydb snapshot": "valkey",
};

/** Without PostgreSQL or MariaDB there are no DB instances, and without Valkey no caches. */
export function canBeMade({ service, name }: { readonly service: string; readonly name: string }): boolean {
  const tool = SERVERS[`${service} ${name}`];
  return tool === undefined || isThere(tool);
}
