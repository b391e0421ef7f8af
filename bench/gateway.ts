import { spawnSync } from "node:child_process";
import { type Figure, jsonHead, load, median, perSecond, type Server, serve } from "./tools.ts";

const ROUNDS = 3;
const RULES = 1000;
/** Other proxies, where they are installed. Toxiproxy looks at bytes and not at calls: less than any proxy of HTTP can do. */
const OTHERS = [
  { name: "Toxiproxy, without a toxic", command: "toxiproxy-server", file: "toxiproxy" },
  { name: "microburst, without a rule", command: "microburst", file: "microburst" },
];
/** How many times the processor time of a bare proxy a call may take. */
const MOST_TIMES = 1.1;

/** Rules for other tables, of these operations by turns. */
const rulesOf = (...operations: readonly string[]) =>
  Array.from({ length: RULES }, (_, i) => ({
    effect: "error",
    params: { kind: "throttle" },
    match: {
      service: "dynamodb",
      operation: operations[i % operations.length],
      resource: `arn:aws:dynamodb:*:*:table/other-${i}`,
    },
  }));
const elsewhere = rulesOf("PutItem", "Query");
const beside = rulesOf("GetItem");

/** The same call through a gateway and through a proxy of bare `node:http`, in front of the same server. */
export default async function bench(): Promise<Figure[]> {
  await using upstream = await serve("bare");
  const upstreams = { "*": { url: `http://127.0.0.1:${upstream.port}`, keepsHost: true } };
  const options = { isGateway: true, services: [], upstreams, logLevel: "WARN" };
  const gateway = () => serve("squall", JSON.stringify(options));
  await using proxy = await serve("proxy", String(upstream.port));
  await using plain = await gateway();
  await using many = await gateway();
  await using near = await gateway();
  await addRules(many, elsewhere);
  await addRules(near, beside);
  await using others = new AsyncDisposableStack();
  const installed = OTHERS.filter(({ command }) => spawnSync(command, ["--version"]).status === 0);
  const rivals: { readonly name: string; readonly server: Server }[] = [];
  for (const { name, file } of installed)
    rivals.push({ name, server: others.use(await serve(file, String(upstream.port))) });
  const sides = [
    { name: "a proxy of bare node:http", server: proxy },
    { name: "a gateway without rules", server: plain },
    { name: `a gateway, ${RULES} rules of other operations`, server: many },
    { name: `a gateway, ${RULES} rules of the operation, for other tables`, server: near },
    ...rivals,
  ];
  const cpu = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
  const said = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, server } of sides) {
      const result = await measured(server);
      cpu.get(name)?.push(result.cpuMicros);
      said.set(name, perSecond(result));
    }
  }
  const [base = Number.NaN] = sides.map(({ name }) => median(cpu.get(name) ?? []));
  const figures = sides.map(({ name }, i) => {
    const times = median(cpu.get(name) ?? []) / base;
    const value = `${said.get(name)}, ${times.toFixed(2)} times the proxy's CPU`;
    if (i === 0) return { name, value: said.get(name) ?? "" };
    if (installed.some((other) => other.name === name)) return { name, value };
    return { name, value, target: `≤ ${MOST_TIMES}`, reached: times <= MOST_TIMES };
  });
  const missing = OTHERS.filter((other) => !installed.includes(other));
  return [...figures, ...missing.map(({ name }) => ({ name, value: "not installed" }))];
}

async function addRules({ port }: Server, rules: readonly object[]): Promise<void> {
  const body = JSON.stringify(rules);
  const answer = await fetch(`http://127.0.0.1:${port}/_squall/faults`, { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
}

async function measured({ port }: Server) {
  const head = jsonHead({ port, service: "dynamodb", target: "DynamoDB_20120810.GetItem" });
  const body = JSON.stringify({ TableName: "bench", Key: { id: { S: "{number}" } } });
  const result = await load({
    port,
    requests: [{ head, body }],
    connections: 16,
    warmupMs: 1000,
    durationMs: 2000,
  });
  if (result.failed > 0) throw new Error(`${result.failed} calls have failed.`);
  return result;
}
