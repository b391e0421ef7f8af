import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { databaseCloud } from "../rds/fixture.test.ts";
import { dataCloud } from "./fixture.test.ts";

const onPostgres = needs("postgres");

test("only an Aurora cluster that has an HTTP endpoint takes statements", onPostgres, async () => {
  await using lab = await dataCloud();
  const refuses = (resourceArn: string) =>
    assert.rejects(lab.ask("ExecuteStatement", { sql: "select 1", database: "shop", resourceArn }), {
      code: "HttpEndpointNotEnabledException",
      status: 400,
      message: `HttpEndpoint is not enabled for resource ${resourceArn}`,
    });
  for (const arn of [
    lab.resourceArn.replace(":main", ":other"),
    lab.resourceArn.replace(":main", ":Main"),
    lab.resourceArn.replace("us-east-1", "eu-west-1"),
    lab.resourceArn.replace(lab.account, "999999999999"),
    `arn:aws:rds:us-east-1:${lab.account}:db:one`,
    "nothing like it",
  ])
    await refuses(arn);
  assert.deepEqual(await lab.row("select 1"), [{ longValue: 1 }]);
  await lab.call("DisableHttpEndpoint", { ResourceArn: lab.resourceArn });
  await refuses(lab.resourceArn);
});

test("a cluster without an instance has no database", async () => {
  await using lab = await dataCloud({ members: [] });
  await assert.rejects(lab.execute("select 1"), {
    code: "DatabaseNotFoundException",
    status: 404,
    message: "The DB cluster doesn't have a DB instance.",
  });
});

test("it is the secret's user who logs in", onPostgres, async () => {
  await using lab = await dataCloud();
  await lab.execute("create role reader login password 'another-one'");
  await lab.execute("create table orders (id int)");
  const secretArn = await lab.secret("reader", {
    username: "reader",
    password: "another-one",
    engine: "postgres",
  });
  assert.deepEqual(await lab.row("select current_user::text", { secretArn }), [{ stringValue: "reader" }]);
  await assert.rejects(lab.execute("select * from orders", { secretArn }), {
    code: "DatabaseErrorException",
    message: "ERROR: permission denied for table orders; SQLState: 42501",
  });
  const wrong = await lab.secret("wrong", { username: "app", password: "nothing-like-it" });
  await assert.rejects(lab.execute("select 1", { secretArn: wrong }), {
    code: "DatabaseErrorException",
    message: 'ERROR: password authentication failed for user "app"; SQLState: 28P01',
  });
});

test("a secret that is not there, or is no login, is told", onPostgres, async () => {
  await using lab = await dataCloud();
  const gone = `${lab.secretArn.slice(0, -6)}ABCDEF`;
  await assert.rejects(lab.execute("select 1", { secretArn: gone }), {
    code: "SecretsErrorException",
    status: 400,
    message: `Error fetching secret ${gone} : Secrets Manager can't find the specified secret.`,
  });
  for (const [name, value] of Object.entries({
    words: "no JSON",
    list: [],
    nobody: { password: "correct-horse" },
    number: { username: "app", password: 12345678 },
  }))
    await assert.rejects(lab.execute("select 1", { secretArn: await lab.secret(name, value) }), {
      code: "InvalidSecretException",
      status: 400,
    });
});

test("the secret that RDS manages for a master user lets in", onPostgres, async () => {
  await using lab = await databaseCloud();
  await lab.call("CreateDBCluster", {
    DBClusterIdentifier: "managed",
    Engine: "aurora-postgresql",
    MasterUsername: "app",
    ManageMasterUserPassword: true,
    DatabaseName: "shop",
    EnableHttpEndpoint: true,
    Port: 15_437,
  });
  await lab.call("CreateDBInstance", {
    DBInstanceIdentifier: "one",
    DBInstanceClass: "db.r6g.large",
    Engine: "aurora-postgresql",
    DBClusterIdentifier: "managed",
  });
  await lab.is("one", "available");
  const { DBClusterArn, MasterUserSecret } = await lab.cluster("managed");
  const { records } = await lab.call(
    "ExecuteStatement",
    { resourceArn: DBClusterArn, secretArn: MasterUserSecret.SecretArn, database: "shop", sql: "select 7" },
    "rds-data",
  );
  assert.deepEqual(records, [[{ longValue: 7 }]]);
});

test("a caller needs a permission for the cluster, and one for the secret", onPostgres, async () => {
  await using lab = await dataCloud({ iam: "enforce" });
  const iam = (operation: string, input: object) => lab.call(operation, input, "iam");
  await iam("CreateUser", { UserName: "reader" });
  const { AccessKey } = await iam("CreateAccessKey", { UserName: "reader" });
  const allow = (...actions: (readonly [string, string])[]) =>
    iam("PutUserPolicy", {
      UserName: "reader",
      PolicyName: "own",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: actions.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
      }),
    });
  const ask = () => lab.ask("ExecuteStatement", { sql: "select 1", database: "shop" }, AccessKey.AccessKeyId);
  const user = `arn:aws:iam::${lab.account}:user/reader`;
  const refused = (action: string, resource: string) => ({
    code: "AccessDeniedException",
    status: 403,
    message: `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  });
  await assert.rejects(ask(), refused("rds-data:ExecuteStatement", lab.resourceArn));
  await allow(["rds-data:ExecuteStatement", lab.resourceArn]);
  await assert.rejects(ask(), refused("secretsmanager:GetSecretValue", lab.secretArn));
  await allow(["rds-data:*", lab.resourceArn], ["secretsmanager:GetSecretValue", lab.secretArn]);
  assert.deepEqual((await ask()).records, [[{ longValue: 1 }]]);
});

test("rules strike calls by their cluster, secrets and connections", onPostgres, async () => {
  await using lab = await dataCloud();
  const { faults } = lab.cloud;
  const during = async (rule: Parameters<typeof faults.add>[0], wanted: object) => {
    const { id } = await faults.add(rule);
    await assert.rejects(lab.execute("select 1"), wanted);
    faults.remove(id);
    assert.deepEqual(await lab.row("select 1"), [{ longValue: 1 }]);
  };
  await during(
    {
      effect: "error",
      match: { service: "rds-data", operation: "ExecuteStatement", resource: lab.resourceArn },
      params: { code: "DatabaseResumingException", message: "resuming" },
    },
    { code: "DatabaseResumingException", status: 400, message: "resuming" },
  );
  await during(
    { effect: "error", match: { service: "secretsmanager" }, params: { code: "InternalServiceError" } },
    { code: "SecretsErrorException" },
  );
  await during({ effect: "refuse", point: "rds:connection" }, { code: "DatabaseUnavailableException" });
});
