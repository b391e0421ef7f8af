import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseLab, query } from "../../src/services/fis/databases.fixture.test.ts";
import { mariadb } from "../../src/services/rds/fixture.test.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/*
 * Load tests of the form of AWS's public library (https://github.com/aws-samples/fis-template-library, `*-loadtest-failover`): a document
 * installs a client with the package manager that the machine has and loads a database, which fails over meanwhile or afterwards.
 */

const READY = { "FIS-Ready": "True" };

type Lab = Awaited<ReturnType<typeof databaseLab>>;
type Ask = typeof query;

const ENGINES = {
  postgres: {
    install: "sudo yum install -y postgresql15",
    sql: `PGCONNECT_TIMEOUT=2 PGPASSWORD=$PASSWORD psql -h $HOST -p $PORT -U app -d shop -t -A -c "$1"`,
    ask: query,
  },
  mysql: {
    install: "sudo apt-get update && sudo apt-get install -y default-mysql-client",
    sql: `mysql -h $HOST -P $PORT -u app -p$PASSWORD shop --skip-column-names -e "$1"`,
    ask: mariadb as Ask,
  },
} as const;

/** Loads a database until there is a table `enough`; everything that it does is an order. */
const loadTest = ({ install, sql }: { readonly install: string; readonly sql: string }) => ({
  schemaVersion: "2.2",
  description: "A load test",
  parameters: {
    DBHost: { type: "String" },
    DBPort: { type: "String" },
    DBPassword: { type: "String" },
    Concurrency: { type: "String", default: "2" },
  },
  mainSteps: [
    {
      action: "aws:runShellScript",
      name: "installDependencies",
      inputs: { runCommand: ["#!/bin/bash", "set -e", install] },
    },
    {
      action: "aws:runShellScript",
      name: "runLoadTest",
      inputs: {
        timeoutSeconds: "900",
        runCommand: [
          "#!/bin/bash",
          `HOST="{{ DBHost }}"`,
          `PORT="{{ DBPort }}"`,
          `PASSWORD="{{ DBPassword }}"`,
          `sql() { ${sql}; }`,
          `sql "CREATE TABLE orders (at VARCHAR(40))" || exit 1`,
          `work() { while true; do sql "INSERT INTO orders VALUES ('$1')" > /dev/null 2>&1; sleep 0.05; done; }`,
          "pids=()",
          'for i in $(seq 1 {{ Concurrency }}); do work "worker $i" & pids+=($!); done',
          'until sql "SELECT 1 FROM enough" > /dev/null 2>&1; do sleep 0.1; done',
          'for pid in "${pids[@]}"; do kill -9 "$pid"; done',
          `echo "Load test completed."`,
        ],
      },
    },
  ],
});

/** Starts an experiment with a load test on a tagged instance, and what else it does meanwhile. */
async function startLoadTest(
  lab: Lab,
  engine: { readonly install: string; readonly sql: string },
  database: { readonly address: string; readonly port: number },
  more: (load: string) => { actions: object; targets: object },
): Promise<string> {
  const call = (service: string, operation: string, input: object) =>
    lab.cloud.call(service, operation, input, { account: lab.account, region: "us-east-1" });
  const Name = "Database-Load-Test";
  await call("ssm", "CreateDocument", {
    Name,
    DocumentType: "Command",
    Content: JSON.stringify(loadTest(engine)),
  });
  await call("ec2", "RunInstances", {
    ImageId: "ami-0abcdef1234567890",
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [
      {
        ResourceType: "instance",
        Tags: Object.entries(READY).map(([Key, Value]) => ({ Key, Value })),
      },
    ],
  });
  const { actions, targets } = more("RunLoadTest");
  return lab.start({
    targets: {
      EC2Instance: { resourceType: "aws:ec2:instance", resourceTags: READY, selectionMode: "ALL" },
      ...targets,
    },
    actions: {
      RunLoadTest: {
        actionId: "aws:ssm:send-command",
        parameters: {
          documentArn: `arn:aws:ssm:us-east-1:${lab.account}:document/${Name}`,
          documentParameters: JSON.stringify({
            DBHost: database.address,
            DBPort: String(database.port),
            DBPassword: "correct-horse",
            Concurrency: "3",
          }),
          duration: "PT10M",
        },
        targets: { Instances: "EC2Instance" },
      },
      ...actions,
    },
  });
}

/** How many orders there are; NaN when nobody can be asked. */
const orders = async (ask: Ask, database: { readonly address: string; readonly port: number }) =>
  Number.parseInt(await ask(database, "SELECT COUNT(*) FROM orders"), 10);

async function growing(ask: Ask, database: Parameters<Ask>[0]): Promise<void> {
  const before = await until(
    () => orders(ask, database),
    (count) => count > 0,
  );
  await until(
    () => orders(ask, database),
    (count) => count > before,
  );
}

test(
  "a load test goes on while its Aurora cluster fails over, and the experiment ends with it",
  needs("postgres"),
  async () => {
    await using lab = await databaseLab();
    const cluster = await lab.cluster("main", ["one", "two"]);
    const id = await startLoadTest(lab, ENGINES.postgres, cluster, () => ({
      targets: {
        AuroraCluster: {
          resourceType: "aws:rds:cluster",
          resourceArns: [`arn:aws:rds:us-east-1:${lab.account}:cluster:main`],
          selectionMode: "ALL",
        },
      },
      actions: {
        DelayAction: { actionId: "aws:fis:wait", parameters: { duration: "PT5M" } },
        FailoverCluster: {
          actionId: "aws:rds:failover-db-cluster",
          targets: { Clusters: "AuroraCluster" },
          startAfter: ["DelayAction"],
        },
      },
    }));
    await growing(query, cluster);
    assert.equal(await lab.writerOf("main"), "one");
    await lab.cloud.clock.advance("PT5M");
    await until(async () => (await lab.writerOf("main")) === "two");
    await growing(query, cluster);
    await until(
      () => query(cluster, "CREATE TABLE enough AS SELECT 1"),
      (answer) => /^SELECT|already exists/.test(answer),
    );
    await lab.is(id, "completed");
  },
);

test("a load test of MySQL is followed by a reboot", needs("mariadb"), async () => {
  await using lab = await databaseLab();
  const { ask } = ENGINES.mysql;
  const shop = await lab.instance("shop", "mysql");
  const id = await startLoadTest(lab, ENGINES.mysql, shop, (load) => ({
    targets: {
      DBInstances: {
        resourceType: "aws:rds:db",
        resourceArns: [`arn:aws:rds:us-east-1:${lab.account}:db:shop`],
        selectionMode: "ALL",
      },
    },
    actions: {
      Reboot: {
        actionId: "aws:rds:reboot-db-instances",
        parameters: { forceFailover: "false" },
        targets: { DBInstances: "DBInstances" },
        startAfter: [load],
      },
    },
  }));
  await growing(ask, shop);
  await ask(shop, "CREATE TABLE enough AS SELECT 1");
  await lab.is(id, "completed");
  const before = await until(
    () => orders(ask, shop),
    (count) => count > 0,
  );
  // Nothing of the load is left.
  assert.equal(await orders(ask, shop), before);
});

test("a load test whose client is not on this machine fails, and the experiment says what is missing", async () => {
  await using lab = await databaseLab();
  const engine = { ...ENGINES.postgres, install: "sudo yum install -y no-such-client" };
  const nowhere = { address: "127.0.0.1", port: 1 };
  const id = await startLoadTest(lab, engine, nowhere, () => ({ actions: {}, targets: {} }));
  await lab.is(id, "failed");
  const { state } = await lab.get(id);
  assert.match(
    state?.reason ?? "",
    /^The command \S+ ended on i-\w+ as Failed \(Failed\): .*Squall installs nothing: .* no-such-client is not on it/s,
  );
});
