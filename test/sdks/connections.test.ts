import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeJavaStore, writeTrust } from "../../src/cli/trust.ts";
import type { Cloud, FaultRuleInput } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { type Generation, inputOf, type Sdk, sdks, serviceOf } from "./cells.ts";
import { type Driver, drive, drivers } from "./drivers.ts";
import type { Seen } from "./judge.ts";

/*
 * What an SDK makes of a connection that does not come about: of a name that Squall's DNS server does not resolve, and of a
 * handshake that fails. Its clients ask AWS's own names, which Squall resolves, over TLS, with a certificate that they trust.
 */

const isNight = process.env["SQUALL_SDKS"] === "all";
const FIRST_ACCOUNT = 430_000_000_000;
const root = mkdtempSync(join(tmpdir(), "squall-connections-"));
after(() => rmSync(root, { recursive: true }));

interface Effect {
  readonly name: string;
  /** Its rule for a name. */
  readonly rule?: (resource: string) => FaultRuleInput;
  /** How it ends; absent: well. */
  readonly ends?: "dns" | "tls" | "reset";
}

const dns = (effect: "nxdomain" | "servfail"): Effect => ({
  name: effect,
  rule: (resource) => ({ point: "dns:resolve", effect, match: { resource } }),
  ends: "dns",
});
const tls = (effect: "untrusted" | "expired" | "wrong-name"): Effect => ({
  name: effect,
  rule: (resource) => ({ point: "tls:handshake", effect, match: { resource } }),
  ends: "tls",
});
const reset = (resource: string, times?: number): FaultRuleInput => ({
  point: "tls:handshake",
  effect: "reset",
  match: { resource },
  ...(times && { times }),
});

const EFFECTS: readonly Effect[] = [
  { name: "none" },
  dns("nxdomain"),
  dns("servfail"),
  tls("untrusted"),
  tls("expired"),
  tls("wrong-name"),
  { name: "reset", rule: (resource) => reset(resource), ends: "reset" },
  { name: "reset-once", rule: (resource) => reset(resource, 1) },
];

const CALLS = ["dynamodb.UpdateItem", "lambda.ListFunctions", "sts.GetCallerIdentity"];

interface Cell {
  readonly id: string;
  readonly call: string;
  readonly effect: Effect;
  readonly account: string;
  readonly host: string;
}

function cellsOf(sdk: Sdk, first: number): Cell[] {
  const calls = CALLS.filter((call) => serviceOf(call) in sdk.services);
  return calls
    .flatMap((call) => EFFECTS.map((effect) => ({ call, effect })))
    .map(({ call, effect }, n) => {
      const account = String(first + n);
      const host = `c${account}.${serviceOf(call)}.us-east-1.amazonaws.com`;
      return { id: `${call}: ${effect.name}`, call, effect, account, host };
    });
}

/** A cloud that answers for AWS's names, by DNS and by TLS, at an address of its own: a resolver asks port 53 and no other. */
const cloudAt = (host: string) =>
  testCloud({
    host,
    https: { folder: join(root, "ca") },
    dns: { ports: [53], resolveTo: host, aws: true },
  });

/** What the SDKs' clients have to be told to trust the cloud. */
async function trusting(cloud: Cloud, driver: Driver): Promise<Record<string, string>> {
  const { authority: pem } = (await (await fetch(`${cloud.url}/_squall/https`)).json()) as {
    authority: string;
  };
  const folder = join(root, "trust");
  const { authority, bundle } = writeTrust(folder, pem);
  if (driver.sdk !== "java")
    return { AWS_CA_BUNDLE: bundle, SSL_CERT_FILE: bundle, NODE_EXTRA_CA_CERTS: authority };
  const store = `-Djavax.net.ssl.trustStore=${writeJavaStore(folder, authority)}`;
  return { JAVA_TOOL_OPTIONS: `${store} -Djavax.net.ssl.trustStorePassword=changeit` };
}

/** A command that sees this machine with Squall as its resolver. */
function resolving(address: string, command: readonly string[]): string[] {
  const file = join(root, "resolv.conf");
  writeFileSync(file, `nameserver ${address}\noptions attempts:1 timeout:2\n`);
  return [
    "unshare",
    "-m",
    "sh",
    "-c",
    `mount --bind ${file} /etc/resolv.conf && exec "$@"`,
    "sh",
    ...command,
  ];
}

async function prepare(cloud: Cloud, { call, account }: Cell): Promise<void> {
  if (serviceOf(call) !== "dynamodb") return;
  const table = {
    TableName: "orders",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  };
  await cloud.call("dynamodb", "CreateTable", table, { account, region: "us-east-1" });
}

/** What there was to be seen: by the client, of its connections, and of its calls. */
interface Observation {
  readonly seen: Seen;
  /** How often the rule struck. */
  readonly struck: number;
  readonly answered: number;
}

function judge({ call, effect }: Cell, sdk: Sdk, generation: Generation, observation: Observation): void {
  const { seen, struck, answered } = observation;
  const { ends, name } = effect;
  const { connections, drops } = sdk;
  const what = JSON.stringify(observation);
  assert.equal(seen.ok, ends === undefined, what);
  assert.equal(answered, ends === undefined ? 1 : 0, what);
  if (ends === undefined) {
    assert.equal(struck, effect.rule ? 1 : 0, what);
    return;
  }
  assert.equal(seen.class, ends === "reset" ? drops.reset : connections[ends], what);
  const { attempts: usual } = generation;
  const most = serviceOf(call) === "dynamodb" ? (generation.dynamodb ?? usual) : usual;
  const attempts = connections.once?.includes(name) ? 1 : most;
  if (seen.attempts) assert.equal(seen.attempts, attempts, what);
  if (ends === "dns" && connections.remembersNames) return;
  // A name is asked for with both kinds of addresses.
  assert.equal(struck, ends === "dns" ? 2 * attempts : attempts, what);
}

for (const [n, driver] of drivers.entries()) {
  const name = `${driver.sdk}-${driver.generation}`;
  if (process.env["SQUALL_SDK"] && !name.match(process.env["SQUALL_SDK"])) continue;
  const options = isNight
    ? needs("mount-namespace", ...driver.tools)
    : { skip: "runs by `npm run nightly -- sdks`" };
  const title = `${driver.sdk}, ${driver.generation} November 2026: names that do not resolve, handshakes that fail`;
  test(title, options, async (t) => {
    const sdk = sdks[driver.sdk]!;
    const address = `127.0.53.${n + 1}`;
    await using cloud = await cloudAt(address);
    const cells = cellsOf(sdk, FIRST_ACCOUNT + n * 1000);
    const rules = new Map<string, string>();
    for (const cell of cells) {
      await prepare(cloud, cell);
      const { rule } = cell.effect;
      if (!rule) continue;
      const { id } = await cloud.faults.add(rule(cell.host));
      rules.set(cell.id, id);
    }
    const asked = cells.map((cell) => {
      const [service, operation] = cell.call.split(".");
      const endpoint = `https://${cell.host}:${cloud.port}`;
      return {
        id: cell.id,
        service,
        operation,
        account: cell.account,
        endpoint,
        input: inputOf(cell, endpoint),
      };
    });
    const trust = await trusting(cloud, driver);
    const there: Driver = {
      ...driver,
      command: (folder) => resolving(address, driver.command(folder)),
      environment: (folder) => ({ ...driver.environment?.(folder), ...trust }),
    };
    const seen = await drive(there, cloud.url, asked);
    let right = 0;
    for (const cell of cells) {
      await t.test(cell.id, () => {
        judge(cell, sdk, sdk.generations[driver.generation]!, {
          seen: seen.get(cell.id)!,
          struck: cloud.faults.counts(rules.get(cell.id) ?? "")?.fired ?? 0,
          answered: cloud.calls.all().filter(({ accessKeyId }) => accessKeyId === cell.account).length,
        });
        right++;
      });
    }
    // docs/sdks.md says how many they are.
    t.diagnostic(`${right} of ${asked.length} cells right`);
  });
}
