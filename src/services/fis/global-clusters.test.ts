import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { mariadb, onCloud } from "../rds/fixture.test.ts";
import { laboratory } from "./fixture.test.ts";

/** As that of AWS's public template does, in words of our own: it looks for a cluster that is read, and waits until it is written to. */
const SCRIPT = `
import time
import boto3

def members(rds, name):
    return rds.describe_global_clusters(GlobalClusterIdentifier=name)["GlobalClusters"][0]

def hand_over(events, context):
    rds = boto3.client("rds")
    name = events["globalClusterIdentifier"]
    target = [one["DBClusterArn"] for one in members(rds, name)["GlobalClusterMembers"] if not one["IsWriter"]][0]
    rds.failover_global_cluster(GlobalClusterIdentifier=name, TargetDbClusterIdentifier=target, Switchover=True)
    while True:
        now = members(rds, name)
        writer = [one["DBClusterArn"] for one in now["GlobalClusterMembers"] if one["IsWriter"]]
        if now["Status"] == "available" and writer == [target]:
            return {"writer": target}
        time.sleep(0.2)
`;

test(
  "aurora-global-region-failover: a runbook hands a global cluster over to another Region",
  needs("mariadb", "boto3"),
  async () => {
    const lab = await laboratory();
    const { cloud, account } = lab;
    try {
      const home = onCloud(cloud, account);
      const away = onCloud(cloud, account, "eu-west-1");
      const shared = { GlobalClusterIdentifier: "world", Engine: "aurora-mysql" };
      await home.call("CreateGlobalCluster", shared);
      const cluster = { DBClusterIdentifier: "main", Port: 15_437, ...shared };
      const master = { MasterUsername: "app", MasterUserPassword: "correct-horse", DatabaseName: "shop" };
      await home.call("CreateDBCluster", { ...cluster, ...master });
      const instance = {
        DBInstanceClass: "db.r6g.large",
        Engine: "aurora-mysql",
        DBClusterIdentifier: "main",
      };
      await home.call("CreateDBInstance", { ...instance, DBInstanceIdentifier: "one" });
      await home.is("one", "available");
      await away.call("CreateDBCluster", cluster);
      await away.call("CreateDBInstance", { ...instance, DBInstanceIdentifier: "two" });
      await away.is("two", "available");
      const { Endpoint: address, Port: port } = await home.cluster("main");
      await mariadb({ address, port }, "create table orders (id int); insert into orders values (1)");

      await home.call(
        "CreateRole",
        {
          RoleName: "runbooks",
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "*" }, Action: "sts:AssumeRole" }],
          }),
        },
        "iam",
      );
      const Content = JSON.stringify({
        schemaVersion: "0.3",
        assumeRole: "{{ AutomationAssumeRole }}",
        parameters: {
          globalClusterIdentifier: { type: "String" },
          AutomationAssumeRole: { type: "String", default: "" },
        },
        mainSteps: [
          {
            name: "handOver",
            action: "aws:executeScript",
            inputs: {
              Runtime: "python3.11",
              Handler: "hand_over",
              Script: SCRIPT,
              InputPayload: { globalClusterIdentifier: "{{ globalClusterIdentifier }}" },
            },
          },
        ],
      });
      await home.call("CreateDocument", { Name: "hand-over", DocumentType: "Automation", Content }, "ssm");
      const id = await lab.start({
        targets: {},
        actions: {
          "aurora-global-failover": {
            actionId: "aws:ssm:start-automation-execution",
            parameters: {
              documentArn: `arn:aws:ssm:us-east-1:${account}:document/hand-over`,
              documentParameters: JSON.stringify({
                globalClusterIdentifier: "world",
                AutomationAssumeRole: `arn:aws:iam::${account}:role/runbooks`,
              }),
              maxDuration: "PT10M",
            },
          },
        },
      });
      const ended = await until(
        async () => (await lab.states(id)).experiment,
        (state) => !["initiating", "pending", "running"].includes(state ?? ""),
      );
      assert.equal(ended, "completed", JSON.stringify(await lab.get(id)));
      const { Endpoint: there } = await away.cluster("main");
      assert.equal(
        await mariadb({ address: there, port }, "insert into orders values (2); select count(*) from orders"),
        "2",
      );
      assert.match(await mariadb({ address, port }, "select 1"), /Can't connect/);
    } finally {
      await cloud.stop();
    }
  },
);
