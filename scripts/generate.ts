/**
 * `npm run generate`: writes `src/models/generated/` from the AWS service models that botocore carries.
 *
 * Needs `python3` with pip, which fetches the pinned version (see botocore.ts). docs/models.md says how the pin is moved.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { ServiceModel } from "../src/models/model.ts";
import { BOTOCORE_VERSION, botocoreFolder } from "./botocore.ts";
import { FURTHER_SERVICES } from "./further-models.ts";
import { endpointsOf } from "./generate-endpoints.ts";
import { withoutProse } from "./generate-prose.ts";
import { typesOf } from "./generate-types.ts";
import { wireIndexEntry, wireServiceOf } from "./generate-wire.ts";

/** The services that get a full model and types; all others are in the wire index only. */
const MODELLED = [
  "application-autoscaling",
  "route53",
  "elbv2",
  "memorydb",
  "dsql",
  "eks",
  "rds-data",
  "arc-zonal-shift",
  "elasticache",
  "autoscaling",
  "rds",
  "cloudformation",
  "scheduler",
  "pipes",
  "stepfunctions",
  "cloudcontrol",
  "ecr",
  "resource-groups",
  "kms",
  "secretsmanager",
  "ssm",
  "resourcegroupstaggingapi",
  "sqs",
  "sts",
  "iam",
  "dynamodb",
  "dynamodbstreams",
  "sns",
  "lambda",
  "apigateway",
  "apigatewayv2",
  "apigatewaymanagementapi",
  "logs",
  "cloudwatch",
  "fis",
  "s3",
  "s3control",
  "events",
  "ec2",
  "ecs",
  "kinesis",
  "xray",
];

const out = fileURLToPath(new URL("../src/models/generated/", import.meta.url));

function fail(message: string): never {
  console.error(`generate: ${message}`);
  process.exit(1);
}

/** The newest API version of a service, or undefined for a folder that is none. */
function readModel(dataFolder: string, service: string): ServiceModel | undefined {
  const versions = readdirSync(join(dataFolder, service)).sort();
  const folder = join(dataFolder, service, versions.at(-1)!);
  const packed = join(folder, "service-2.json.gz");
  if (existsSync(packed)) return JSON.parse(gunzipSync(readFileSync(packed)).toString("utf8"));
  const plain = join(folder, "service-2.json");
  if (existsSync(plain)) return JSON.parse(readFileSync(plain, "utf8"));
  return undefined;
}

const source = join(botocoreFolder(), "botocore", "data");
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "wire"), { recursive: true });

const index: Record<string, unknown> = {};
const models: Record<string, ServiceModel> = {};
const services = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
for (const service of [...services, ...Object.keys(FURTHER_SERVICES)].sort()) {
  const model = FURTHER_SERVICES[service] ?? readModel(source, service);
  if (model === undefined) continue;
  models[service] = model;
  index[service] = wireIndexEntry(model);
  writeFileSync(join(out, "wire", `${service}.json`), `${JSON.stringify(wireServiceOf(model))}\n`);
  if (!MODELLED.includes(service)) continue;
  writeFileSync(join(out, `${service}.json`), `${JSON.stringify(withoutProse(model))}\n`);
  writeFileSync(join(out, `${service}.ts`), typesOf(model));
}
// One entry a line: a newer botocore shows as a readable difference.
const entries = Object.entries(index).map(
  ([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`,
);
writeFileSync(join(out, "wire", "index.json"), `{\n${entries.join(",\n")}\n}\n`);

writeFileSync(join(out, "endpoints.json"), `${JSON.stringify(endpointsOf(source, models), undefined, 1)}\n`);

for (const service of MODELLED)
  if (!(service in index)) fail(`botocore ${BOTOCORE_VERSION} has no service "${service}"`);
console.log(`${entries.length} services in the wire index, ${MODELLED.length} with a full model`);
