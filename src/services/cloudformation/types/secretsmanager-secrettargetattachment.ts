import { AwsError } from "../../../core/aws-error.ts";
import { readJson } from "../../../core/read-json.ts";
import { isSame } from "../mapping/changes.ts";
import { callsOf, found, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("secretsmanager");
const rds = callsOf("rds");

/** What a secret says of the database that it is for. */
interface Target {
  readonly engine: string;
  readonly host: unknown;
  readonly port: unknown;
  readonly dbname?: unknown;
  readonly dbInstanceIdentifier?: unknown;
  readonly dbClusterIdentifier?: unknown;
}

const NAMES = ["engine", "host", "port", "dbname", "dbInstanceIdentifier", "dbClusterIdentifier"];

/** Rotation functions know no Aurora. */
const ENGINES: Readonly<Record<string, string>> = {
  "aurora-mysql": "mysql",
  "aurora-postgresql": "postgres",
};

const engineOf = (engine: unknown): string => ENGINES[String(engine)] ?? String(engine);

const TARGETS: Readonly<Record<string, (id: unknown, at: ResourceContext) => Promise<Target>>> = {
  async "AWS::RDS::DBInstance"(DBInstanceIdentifier, at) {
    const { DBInstances } = await rds(at, "DescribeDBInstances", { DBInstanceIdentifier });
    const [instance] = DBInstances as [Properties];
    const { Address, Port } = (instance["Endpoint"] ?? {}) as Properties;
    return {
      engine: engineOf(instance["Engine"]),
      host: Address,
      port: Port,
      ...(instance["DBName"] !== undefined && { dbname: instance["DBName"] }),
      dbInstanceIdentifier: DBInstanceIdentifier,
    };
  },
  async "AWS::RDS::DBCluster"(DBClusterIdentifier, at) {
    const { DBClusters } = await rds(at, "DescribeDBClusters", { DBClusterIdentifier });
    const [cluster] = DBClusters as [Properties];
    return {
      engine: engineOf(cluster["Engine"]),
      host: cluster["Endpoint"],
      port: cluster["Port"],
      ...(cluster["DatabaseName"] !== undefined && { dbname: cluster["DatabaseName"] }),
      dbClusterIdentifier: DBClusterIdentifier,
    };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secrettargetattachment.html */
export default defineType({
  type: "AWS::SecretsManager::SecretTargetAttachment",
  replacedBy: ["SecretId"],
  required: ["SecretId", "TargetId", "TargetType"],
  async create(properties, at) {
    const id = await attach(properties, at);
    return { id, attributes: { Id: id } };
  },
  async update({ id, attributes }, properties, at) {
    await attach(properties, at);
    return { id, attributes };
  },
  async delete({ id }, at) {
    const value = await found(secretValue(id, at));
    if (value) await put(id, without(value), value, at);
  },
  attributes: async (id) => ({ Id: id }),
  async read({ id, properties }, at) {
    const value = await found(secretValue(id, at));
    const target = value?.["dbInstanceIdentifier"] ?? value?.["dbClusterIdentifier"];
    return shown(properties, target === undefined ? undefined : { TargetId: target });
  },
});

/** @returns the secret's ARN, which `Ref` gives */
async function attach({ SecretId, TargetId, TargetType }: Properties, at: ResourceContext): Promise<string> {
  const describe = TARGETS[String(TargetType)];
  if (!describe)
    throw new AwsError("NotImplemented", `Squall does not implement secrets' targets of ${TargetType} yet.`, {
      status: 501,
    });
  const before = await secretValue(SecretId, at);
  await put(SecretId, { ...without(before), ...(await describe(TargetId, at)) }, before, at);
  const { ARN } = await call(at, "DescribeSecret", { SecretId });
  return String(ARN);
}

const without = (value: Properties): Properties =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !NAMES.includes(name)));

async function put(
  SecretId: unknown,
  value: Properties,
  before: Properties,
  at: ResourceContext,
): Promise<void> {
  if (isSame(value, before)) return;
  await call(at, "PutSecretValue", {
    SecretId,
    SecretString: JSON.stringify(value),
    ClientRequestToken: at.engine.newId(),
  });
}

/** @throws InvalidRequest for a secret that is no map */
async function secretValue(SecretId: unknown, at: ResourceContext): Promise<Properties> {
  const { SecretString } = await call(at, "GetSecretValue", { SecretId });
  try {
    const value: unknown = readJson(String(SecretString));
    if (typeof value === "object" && value !== null) return value as Properties;
  } catch {
    // It is no JSON.
  }
  throw new AwsError("InvalidRequest", "Could not parse SecretString JSON");
}
