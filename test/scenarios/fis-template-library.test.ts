import assert from "node:assert/strict";
import { test } from "node:test";
import { EC2 } from "@aws-sdk/client-ec2";
import { onCloud, say, type Where } from "../../src/services/elasticache/fixture.test.ts";
import { laboratory } from "../../src/services/fis/fixture.test.ts";
import { clientOptions } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/*
 * Templates of the form of AWS's public library (https://github.com/aws-samples/fis-template-library): the same actions, targets,
 * options and order of actions, with runbooks of our own that do as those of the library do, run to `completed`. A client looks
 * before, while and after.
 */

const READY = { "FIS-Ready": "True" };

async function bed() {
  const lab = await laboratory();
  const { cloud, account } = lab;
  const where = { account, region: "us-east-1" };
  // biome-ignore lint/suspicious/noExplicitAny: outputs of several services
  const call = (service: string, operation: string, input: object = {}): Promise<any> =>
    cloud.call(service, operation, input, where);
  const role = async (RoleName: string) => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "*" }, Action: "sts:AssumeRole" }],
    });
    await call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument });
    return `arn:aws:iam::${account}:role/${RoleName}`;
  };
  const AutomationAssumeRole = await role("runbooks");
  /** An action that runs a runbook, which is made for it. */
  const runbook = async (Name: string, document: object) => {
    const Content = JSON.stringify({
      schemaVersion: "0.3",
      assumeRole: "{{ AutomationAssumeRole }}",
      ...document,
    });
    await call("ssm", "CreateDocument", { Name, DocumentType: "Automation", Content });
    return (parameters: object, maxDuration = "PT1H") => ({
      actionId: "aws:ssm:start-automation-execution",
      parameters: {
        maxDuration,
        documentArn: `arn:aws:ssm:us-east-1:${account}:document/${Name}`,
        documentParameters: JSON.stringify({ ...parameters, AutomationAssumeRole }),
      },
      targets: {},
    });
  };
  /** Does a runbook run a script? That takes none of the clock's time. */
  const isAtScript = async (): Promise<boolean> => {
    const { AutomationExecutionMetadataList: all } = await call("ssm", "DescribeAutomationExecutions");
    for (const { AutomationExecutionId, AutomationExecutionStatus } of all) {
      if (AutomationExecutionStatus !== "InProgress") continue;
      const { AutomationExecution } = await call("ssm", "GetAutomationExecution", { AutomationExecutionId });
      const steps = AutomationExecution.StepExecutions as { Action: string; StepStatus: string }[];
      if (
        steps.some(({ Action, StepStatus }) => Action === "aws:executeScript" && StepStatus === "InProgress")
      )
        return true;
    }
    return false;
  };
  /** Is a server of a cache started anew, or does one take over? Nor does that. */
  const isRestarting = async (): Promise<boolean> => {
    const { CacheClusters } = await call("elasticache", "DescribeCacheClusters");
    const { ReplicationGroups } = await call("elasticache", "DescribeReplicationGroups");
    return (
      (CacheClusters as { CacheClusterStatus: string }[]).some(
        ({ CacheClusterStatus }) => CacheClusterStatus !== "available",
      ) || (ReplicationGroups as { Status: string }[]).some(({ Status }) => Status !== "available")
    );
  };
  /** Runs a template to its end, and says in which states what is looked at has been, each time that it was another. */
  const run = async <T>(template: object, look: () => Promise<T>): Promise<T[]> => {
    const seen: T[] = [];
    const note = async () => {
      const state = await look();
      if (state !== seen.at(-1)) seen.push(state);
    };
    await note();
    const id = await lab.start({ roleArn: await role(`fis-${seen.length}-${Math.random()}`), ...template });
    const isOver = async () => !/initiating|pending|running/.test((await lab.states(id)).experiment ?? "");
    while (!(await isOver())) {
      await note();
      if (!(await isAtScript()) && !(await isRestarting())) await cloud.clock.advance("PT15S");
    }
    assert.equal((await lab.states(id)).experiment, "completed", JSON.stringify(await lab.get(id)));
    await note();
    return seen;
  };
  return { ...lab, call, role, runbook, run };
}

/** `ok`, or the code of the error. */
const outcome = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => "ok",
    (error: { code?: string }) => String(error.code),
  );

const wait = (duration: string, after: string) => ({
  actionId: "aws:fis:wait",
  parameters: { duration },
  targets: {},
  startAfter: [after],
});

test("sqs-queue-impairment: four outages of tagged queues, one after the other", needs("boto3"), async () => {
  await using at = await bed();
  const { QueueUrl } = await at.call("sqs", "CreateQueue", { QueueName: "jobs", tags: READY });
  const other = await at.call("sqs", "CreateQueue", { QueueName: "others" });
  const impair = await at.runbook("Deny-Queues", {
    parameters: {
      tagKey: { type: "String", default: "FIS-Ready" },
      tagValue: { type: "String", default: "True" },
      duration: { type: "String", default: "PT10M" },
      region: { type: "String", default: "{{global:REGION}}" },
      AutomationAssumeRole: { type: "String", default: "" },
    },
    mainSteps: [
      {
        name: "find",
        action: "aws:executeScript",
        inputs: {
          Runtime: "python3.11",
          Handler: "find",
          Script: `
import boto3

def find(events, context):
    sqs = boto3.client("sqs", region_name=events["region"])
    urls = sqs.list_queues().get("QueueUrls", [])
    tags = {url: sqs.list_queue_tags(QueueUrl=url).get("Tags", {}) for url in urls}
    return [url for url in urls if tags[url].get(events["tagKey"]) == events["tagValue"]]
`,
          InputPayload: { region: "{{ region }}", tagKey: "{{ tagKey }}", tagValue: "{{ tagValue }}" },
        },
        outputs: [{ Name: "queues", Selector: "$.Payload", Type: "StringList" }],
      },
      {
        name: "deny",
        action: "aws:executeScript",
        onFailure: "step:allow",
        onCancel: "step:allow",
        inputs: {
          Runtime: "python3.11",
          Handler: "deny",
          Script: `
import boto3, json

def deny(events, context):
    sqs = boto3.client("sqs", region_name=events["region"])
    for url in events["queues"]:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        policy = json.loads(found.get("Attributes", {}).get("Policy", '{"Version": "2012-10-17", "Statement": []}'))
        policy["Statement"].append({
            "Sid": "FISTemporaryDeny", "Effect": "Deny", "Principal": "*", "Resource": "*",
            "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"],
        })
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return {"queues": events["queues"]}
`,
          InputPayload: { region: "{{ region }}", queues: "{{ find.queues }}" },
        },
        outputs: [{ Name: "queues", Selector: "$.Payload.queues", Type: "StringList" }],
      },
      {
        name: "hold",
        action: "aws:sleep",
        onFailure: "step:allow",
        onCancel: "step:allow",
        inputs: { Duration: "{{ duration }}" },
      },
      {
        name: "allow",
        action: "aws:executeScript",
        inputs: {
          Runtime: "python3.11",
          Handler: "allow",
          Script: `
import boto3

def allow(events, context):
    sqs = boto3.client("sqs", region_name=events["region"])
    for url in events["queues"]:
        sqs.remove_permission(QueueUrl=url, Label="FISTemporaryDeny")
`,
          InputPayload: { region: "{{ region }}", queues: "{{ deny.queues }}" },
        },
        isEnd: true,
      },
    ],
  });
  const outage = (duration: string) => impair({ ...{ tagKey: "FIS-Ready", tagValue: "True" }, duration });
  const seen = await at.run(
    {
      targets: {},
      actions: {
        impair2m: outage("PT2M"),
        wait3m1: wait("PT3M", "impair2m"),
        impair5m: { ...outage("PT5M"), startAfter: ["wait3m1"] },
        wait3m2: wait("PT3M", "impair5m"),
        impair7m: { ...outage("PT7M"), startAfter: ["wait3m2"] },
        wait2m1: wait("PT2M", "impair7m"),
        impair15m: { ...outage("PT15M"), startAfter: ["wait2m1"] },
      },
      stopConditions: [{ source: "none" }],
      tags: { Name: "SimulateSqsImpairment" },
      experimentOptions: { accountTargeting: "single-account", emptyTargetResolutionMode: "skip" },
    },
    () => outcome(at.call("sqs", "SendMessage", { QueueUrl, MessageBody: "m" })),
  );
  const DENIED = "AccessDenied";
  assert.deepEqual(
    seen.map((one) => (one.startsWith(DENIED) ? DENIED : one)),
    ["ok", DENIED, "ok", DENIED, "ok", DENIED, "ok", DENIED, "ok"],
  );
  assert.equal(
    await outcome(at.call("sqs", "SendMessage", { QueueUrl: other.QueueUrl, MessageBody: "m" })),
    "ok",
  );
  const { Attributes = {} } = await at.call("sqs", "GetQueueAttributes", {
    QueueUrl,
    AttributeNames: ["Policy"],
  });
  assert.deepEqual(Attributes, {});
});

/** A table with a replica elsewhere, and one row. */
async function globalTable(at: Awaited<ReturnType<typeof bed>>) {
  const TableName = "orders";
  const { TableDescription } = await at.call("dynamodb", "CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    Tags: [{ Key: "FIS-Ready", Value: "True" }],
  });
  await at.call("dynamodb", "UpdateTable", {
    TableName,
    ReplicaUpdates: [{ Create: { RegionName: "eu-west-1" } }],
  });
  await until(async () => {
    const { Table } = await at.call("dynamodb", "DescribeTable", { TableName });
    return Table.Replicas?.some((one: { ReplicaStatus: string }) => one.ReplicaStatus === "ACTIVE");
  });
  return { TableName, ResourceArn: TableDescription.TableArn as string };
}

const globalTables = {
  resourceType: "aws:dynamodb:global-table",
  resourceTags: READY,
  selectionMode: "ALL",
};
const pauseReplication = (duration: string) => ({
  actionId: "aws:dynamodb:global-table-pause-replication",
  parameters: { duration },
  targets: { Tables: "dynamodbTables" },
});

test(
  "dynamodb-region-impairment: a global table is cut off and denied in its Region",
  needs("boto3"),
  async () => {
    await using at = await bed();
    const { TableName, ResourceArn } = await globalTable(at);
    const block = await at.runbook("Deny-Table", {
      parameters: {
        tableName: { type: "String", default: "my-table" },
        targetRegion: { type: "String", default: "us-east-1" },
        duration: { type: "String", default: "PT10M" },
        AutomationAssumeRole: { type: "String", default: "" },
      },
      mainSteps: [
        { name: "first", action: "aws:sleep", inputs: { Duration: "PT10S" } },
        {
          name: "deny",
          action: "aws:executeScript",
          onFailure: "step:allow",
          onCancel: "step:allow",
          inputs: {
            Runtime: "python3.11",
            Handler: "deny",
            Script: `
import boto3, json

def deny(events, context):
    dynamodb = boto3.client("dynamodb", region_name=events["region"])
    arn = dynamodb.describe_table(TableName=events["table"])["Table"]["TableArn"]
    before = None
    try:
        before = json.loads(dynamodb.get_resource_policy(ResourceArn=arn)["Policy"])
    except (dynamodb.exceptions.ResourceNotFoundException, dynamodb.exceptions.PolicyNotFoundException):
        pass
    policy = dict(before) if before else {"Version": "2012-10-17", "Statement": []}
    policy["Statement"] = policy["Statement"] + [{
        "Sid": "FISDenyAccess", "Effect": "Deny", "Principal": "*", "Resource": arn,
        "Action": ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
        "Condition": {"StringNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::*:role/*FIS*"]}},
    }]
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))
    return {"arn": arn, "before": before}
`,
            InputPayload: { table: "{{ tableName }}", region: "{{ targetRegion }}" },
          },
          outputs: [
            { Name: "arn", Selector: "$.Payload.arn", Type: "String" },
            { Name: "before", Selector: "$.Payload.before", Type: "StringMap" },
          ],
        },
        { name: "hold", action: "aws:sleep", inputs: { Duration: "{{ duration }}" } },
        {
          name: "allow",
          action: "aws:executeScript",
          inputs: {
            Runtime: "python3.11",
            Handler: "allow",
            Script: `
import boto3, json

def allow(events, context):
    dynamodb = boto3.client("dynamodb", region_name=events["region"])
    policy = json.loads(dynamodb.get_resource_policy(ResourceArn=events["arn"])["Policy"])
    left = [one for one in policy["Statement"] if one.get("Sid") != "FISDenyAccess"]
    if left:
        dynamodb.put_resource_policy(ResourceArn=events["arn"], Policy=json.dumps({**policy, "Statement": left}))
    else:
        dynamodb.delete_resource_policy(ResourceArn=events["arn"])
`,
            InputPayload: {
              arn: "{{ deny.arn }}",
              region: "{{ targetRegion }}",
              before: "{{ deny.before }}",
            },
          },
        },
      ],
    });
    const put = () => outcome(at.call("dynamodb", "PutItem", { TableName, Item: { id: { S: "1" } } }));
    const seen = await at.run(
      {
        targets: { dynamodbTables: globalTables },
        actions: {
          pauseReplication: pauseReplication("PT12M"),
          block: block({ tableName: TableName, targetRegion: "us-east-1", duration: "PT10M" }, "PT15M"),
        },
        experimentOptions: { emptyTargetResolutionMode: "skip" },
      },
      put,
    );
    assert.deepEqual(seen, ["ok", "AccessDeniedException", "ok"]);
    // What the pause has put there and what the runbook has are both gone.
    assert.equal(
      await outcome(at.call("dynamodb", "GetResourcePolicy", { ResourceArn })),
      "PolicyNotFoundException",
    );
  },
);

test("dynamodb-traffic-blackhole-region-impairment: replication stands still while it runs, and catches up", async () => {
  await using at = await bed();
  const { TableName } = await globalTable(at);
  const { Vpc } = await at.call("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
  const { Subnet } = await at.call("ec2", "CreateSubnet", { VpcId: Vpc.VpcId, CidrBlock: "10.0.0.0/24" });
  await at.call("ec2", "CreateTags", {
    Resources: [Subnet.SubnetId],
    Tags: [{ Key: "FIS-Ready", Value: "True" }],
  });
  let n = 0;
  const elsewhere = { account: at.account, region: "eu-west-1" };
  /** Is what has just been written here read in the other Region? */
  const arrives = async () => {
    const id = { S: String(n++) };
    await at.call("dynamodb", "PutItem", { TableName, Item: { id } });
    const { Item } = await at.cloud.call<{ Item?: object }>(
      "dynamodb",
      "GetItem",
      { TableName, Key: { id } },
      elsewhere,
    );
    return Item !== undefined;
  };
  const seen = await at.run(
    {
      targets: {
        subnets: { resourceType: "aws:ec2:subnet", resourceTags: READY, selectionMode: "ALL" },
        dynamodbTables: globalTables,
      },
      actions: {
        blockDynamoDBTraffic: {
          actionId: "aws:network:disrupt-connectivity",
          parameters: { scope: "dynamodb", duration: "PT10M" },
          targets: { Subnets: "subnets" },
        },
        pauseReplication: pauseReplication("PT10M"),
      },
      experimentOptions: { emptyTargetResolutionMode: "skip" },
    },
    arrives,
  );
  assert.deepEqual(seen, [true, false, true]);
  const { Count } = await at.cloud.call<{ Count: number }>("dynamodb", "Scan", { TableName }, elsewhere);
  assert.equal(Count, n);
});

const onValkey = needs("valkey");
const OPTIONS = { accountTargeting: "single-account", emptyTargetResolutionMode: "fail" } as const;

test(
  "elasticache-az-power-interruption: tagged groups with a primary in the zone fail over",
  onValkey,
  async () => {
    await using at = await bed();
    const caches = onCloud(at.cloud, at.account);
    const Tags = [{ Key: "FIS-Ready", Value: "True" }];
    const { primary } = await caches.create("shop", { Tags });
    const write = async () =>
      (await say(primary, "SET order 17")) === "+OK" ? caches.primaryOf("shop") : "down";
    const seen = await at.run(
      {
        targets: {
          groups: {
            resourceType: "aws:elasticache:replicationgroup",
            resourceTags: READY,
            parameters: { availabilityZoneIdentifier: "us-east-1a" },
            selectionMode: "ALL",
          },
        },
        actions: {
          interrupt: {
            actionId: "aws:elasticache:replicationgroup-interrupt-az-power",
            parameters: { duration: "PT10M" },
            targets: { ReplicationGroups: "groups" },
          },
        },
        experimentOptions: OPTIONS,
      },
      write,
    );
    assert.deepEqual(
      seen.filter((one) => one !== "down"),
      ["shop-001", "shop-002"],
    );
    await until(async () => /connected_slaves:1/.test(await say(primary, "INFO replication")));
  },
);

/** Two steps as the library's runbooks on caches have them: the call, and the wait for its end. */
const calledAndAwaited = (called: object, awaited: object) => [
  {
    name: "call",
    action: "aws:executeAwsApi",
    onFailure: "Abort",
    inputs: { Service: "elasticache", ...called },
  },
  {
    name: "await",
    action: "aws:waitForAwsResourceProperty",
    timeoutSeconds: 600,
    onFailure: "Abort",
    inputs: { Service: "elasticache", ...awaited, DesiredValues: ["available"] },
    isEnd: true,
  },
];

test(
  "elasticache-replication-group-failover: the API for tests by a runbook, which waits for its end",
  onValkey,
  async () => {
    await using at = await bed();
    const caches = onCloud(at.cloud, at.account);
    await caches.create("shop");
    const failOver = await at.runbook("Fail-Over", {
      parameters: {
        ReplicationGroupId: { type: "String", allowedPattern: "^[a-z][a-z0-9\\-]{0,39}$" },
        NodeGroupId: { type: "String", default: "0001", allowedPattern: "^[0-9]{4}$" },
        AutomationAssumeRole: { type: "String", allowedPattern: "^arn:aws:iam::[0-9]{12}:role/.+$" },
      },
      mainSteps: calledAndAwaited(
        {
          Api: "TestFailover",
          ReplicationGroupId: "{{ ReplicationGroupId }}",
          NodeGroupId: "{{ NodeGroupId }}",
        },
        {
          Api: "DescribeReplicationGroups",
          ReplicationGroupId: "{{ ReplicationGroupId }}",
          PropertySelector: "$.ReplicationGroups[0].Status",
        },
      ),
    });
    const seen = await at.run(
      {
        targets: {},
        actions: { failOver: failOver({ ReplicationGroupId: "shop", NodeGroupId: "0001" }, "PT15M") },
        experimentOptions: { ...OPTIONS, emptyTargetResolutionMode: "skip" },
      },
      () => caches.primaryOf("shop"),
    );
    assert.deepEqual(seen, ["shop-001", "shop-002"]);
  },
);

test("elasticache-primary-node-reboot: who is connected is cut off, and let in again", onValkey, async () => {
  await using at = await bed();
  const caches = onCloud(at.cloud, at.account);
  const { primary } = await caches.create("shop");
  const pid = async (where: Where) => /process_id:\d+/.exec(await say(where, "INFO server"))?.[0] ?? "down";
  const reboot = await at.runbook("Reboot", {
    parameters: {
      CacheClusterId: { type: "String", allowedPattern: "^[a-z][a-z0-9\\-]{0,49}$" },
      AutomationAssumeRole: { type: "String" },
    },
    mainSteps: calledAndAwaited(
      { Api: "RebootCacheCluster", CacheClusterId: "{{ CacheClusterId }}", CacheNodeIdsToReboot: ["0001"] },
      {
        Api: "DescribeCacheClusters",
        CacheClusterId: "{{ CacheClusterId }}",
        PropertySelector: "$.CacheClusters[0].CacheClusterStatus",
      },
    ),
  });
  const before = await pid(primary);
  await at.run(
    { targets: {}, actions: { reboot: reboot({ CacheClusterId: "shop-001" }, "PT15M") } },
    async () => undefined,
  );
  const after = await until(
    () => pid(primary),
    (one) => one !== "down",
  );
  assert.notEqual(after, before);
});

/** Instances that do nothing, tagged for experiments. */
async function instances(at: Awaited<ReturnType<typeof bed>>, count: number, more: object = {}) {
  const { Instances } = await at.call("ec2", "RunInstances", {
    ImageId: "ami-0abcdef1234567890",
    InstanceType: "t3.nano",
    MinCount: count,
    MaxCount: count,
    TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "FIS-Ready", Value: "True" }] }],
    ...more,
  });
  const InstanceIds = (Instances as { InstanceId: string }[]).map(({ InstanceId }) => InstanceId);
  const states = async () => {
    const { Reservations } = await at.call("ec2", "DescribeInstances", { InstanceIds });
    const all = (Reservations as { Instances: { State: { Name: string } }[] }[]).flatMap(
      (one) => one.Instances,
    );
    return all.filter(({ State }) => State.Name === "running").length;
  };
  await until(async () => (await states()) === count);
  return states;
}

test("ec2-instances-terminate: a quarter of the tagged instances goes", async () => {
  await using at = await bed();
  const running = await instances(at, 4);
  await at.run(
    {
      targets: {
        them: { resourceType: "aws:ec2:instance", resourceTags: READY, selectionMode: "PERCENT(25)" },
      },
      actions: {
        terminate: {
          actionId: "aws:ec2:terminate-instances",
          parameters: {},
          targets: { Instances: "them" },
        },
      },
      tags: {},
      experimentOptions: OPTIONS,
    },
    running,
  );
  await until(async () => (await running()) === 3);
});

test("ec2-spot-interruption: tagged spot instances are interrupted", async () => {
  await using at = await bed();
  const running = await instances(at, 1, { InstanceMarketOptions: { MarketType: "spot" } });
  const seen = await at.run(
    {
      targets: { them: { resourceType: "aws:ec2:spot-instance", resourceTags: READY, selectionMode: "ALL" } },
      actions: {
        interrupt: {
          actionId: "aws:ec2:send-spot-instance-interruptions",
          parameters: { durationBeforeInterruption: "PT4M" },
          targets: { SpotInstances: "them" },
        },
      },
      experimentOptions: OPTIONS,
    },
    running,
  );
  assert.equal(seen[0], 1);
  await until(async () => {
    await at.cloud.clock.advance("PT30S");
    return (await running()) === 0;
  });
});

test("auto-scaling-group-faults: a group's instances in one zone are terminated by a runbook, and it fills up again", async () => {
  await using at = await bed();
  await alarm(at);
  const ImageId = "ami-0abcdef1234567890";
  await at.call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId, InstanceType: "t3.nano" },
  });
  await at.call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: "web",
    MinSize: 4,
    MaxSize: 4,
    LaunchTemplate: { LaunchTemplateName: "web" },
    AvailabilityZones: ["us-east-1a", "us-east-1b"],
  });
  type Member = { InstanceId: string; AvailabilityZone: string; LifecycleState: string };
  const members = async (zone: string): Promise<string[]> => {
    const { AutoScalingGroups } = await at.call("autoscaling", "DescribeAutoScalingGroups");
    return (AutoScalingGroups[0].Instances as Member[])
      .filter((one) => one.AvailabilityZone === zone && one.LifecycleState === "InService")
      .map(({ InstanceId }) => InstanceId)
      .sort();
  };
  const isFull = async () =>
    (await members("us-east-1a")).length + (await members("us-east-1b")).length === 4;
  await until(isFull);
  const [inA, inB] = [await members("us-east-1a"), await members("us-east-1b")];
  const terminate = await at.runbook("Terminate-In-Zone", {
    parameters: {
      Zone: { type: "String" },
      Group: { type: "String" },
      AutomationAssumeRole: { type: "String" },
    },
    mainSteps: [
      {
        name: "members",
        action: "aws:executeAwsApi",
        timeoutSeconds: 60,
        inputs: {
          Service: "autoscaling",
          Api: "DescribeAutoScalingGroups",
          AutoScalingGroupNames: ["{{ Group }}"],
        },
        outputs: [{ Name: "Ids", Selector: "$..InstanceId", Type: "StringList" }],
      },
      {
        name: "inZone",
        action: "aws:executeAwsApi",
        timeoutSeconds: 60,
        inputs: {
          Service: "ec2",
          Api: "DescribeInstances",
          Filters: [
            { Name: "availability-zone", Values: ["{{ Zone }}"] },
            { Name: "instance-id", Values: "{{ members.Ids }}" },
          ],
        },
        outputs: [{ Name: "Ids", Selector: "$..InstanceId", Type: "StringList" }],
      },
      {
        name: "running",
        action: "aws:waitForAwsResourceProperty",
        timeoutSeconds: 60,
        inputs: {
          Service: "ec2",
          Api: "DescribeInstanceStatus",
          InstanceIds: ["{{ inZone.Ids }}"],
          PropertySelector: "$.InstanceStatuses[0].InstanceState.Name",
          DesiredValues: ["running"],
        },
      },
      {
        name: "terminate",
        action: "aws:changeInstanceState",
        onFailure: "Continue",
        inputs: { InstanceIds: "{{ inZone.Ids }}", DesiredState: "terminated" },
      },
      {
        name: "force",
        action: "aws:changeInstanceState",
        inputs: {
          InstanceIds: ["{{ inZone.Ids }}"],
          CheckStateOnly: false,
          DesiredState: "terminated",
          Force: true,
        },
      },
      {
        name: "terminated",
        action: "aws:waitForAwsResourceProperty",
        timeoutSeconds: 90,
        inputs: {
          Service: "ec2",
          Api: "DescribeInstanceStatus",
          IncludeAllInstances: true,
          InstanceIds: "{{ inZone.Ids }}",
          PropertySelector: "$..InstanceState.Name",
          DesiredValues: ["terminated"],
        },
      },
    ],
    outputs: ["inZone.Ids"],
  });
  await at.run(
    {
      targets: {},
      actions: { terminate: terminate({ Zone: "us-east-1a", Group: "web" }, "PT2M") },
      stopConditions: [STOP_CONDITION(at.account)],
    },
    async () => undefined,
  );
  await until(isFull);
  const after = await members("us-east-1a");
  assert.ok(!after.some((id) => inA.includes(id)), String(after));
  assert.deepEqual(await members("us-east-1b"), inB);
});

const STOP_CONDITION = (account: string) => ({
  source: "aws:cloudwatch:alarm",
  value: `arn:aws:cloudwatch:us-east-1:${account}:alarm:calm`,
});

/** The alarm of the stop condition, which nothing sets off. */
const alarm = ({ call }: Awaited<ReturnType<typeof bed>>) =>
  call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "calm",
    Namespace: "Shop",
    MetricName: "Errors",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  });

const SAP = { "FIS-Ready": "True", "FIS-Application": "SAP", "FIS-SAP-SID": "S4" };
const tagged = (resourceType: string, resourceTags: object, more: object = {}) => ({
  resourceType,
  resourceTags,
  selectionMode: "ALL",
  ...more,
});
const tagsOf = (tags: object) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const taggedInstance = (tags: object) => ({
  TagSpecifications: [{ ResourceType: "instance", Tags: tagsOf(tags) }],
});

test("ec2-instance-faults, sap-ec2-instance-stop-*: what fits the filters or the tags stops, and is started again", async () => {
  await using at = await bed();
  await alarm(at);
  const inZone = (zone: string) => ({ Placement: { AvailabilityZone: zone } });
  const primary = await instances(at, 2, {
    ...taggedInstance({ ...SAP, "FIS-SAP-HA-Node": "Primary" }),
    ...inZone("us-east-1b"),
  });
  const secondary = await instances(at, 1, {
    ...taggedInstance({ ...SAP, "FIS-SAP-HA-Node": "Secondary" }),
    ...inZone("us-east-1a"),
  });
  const { Vpcs } = await at.call("ec2", "DescribeVpcs");
  const filters = [
    { path: "Placement.AvailabilityZone", values: ["us-east-1b"] },
    { path: "State.Name", values: ["running"] },
    { path: "VpcId", values: [Vpcs[0].VpcId] },
  ];
  for (const target of [
    tagged("aws:ec2:instance", SAP, { filters }),
    tagged("aws:ec2:instance", { ...SAP, "FIS-SAP-HA-Node": "Primary" }),
  ]) {
    const seen = await at.run(
      {
        targets: { them: target },
        actions: {
          stop: {
            actionId: "aws:ec2:stop-instances",
            parameters: { startInstancesAfterDuration: "PT5M" },
            targets: { Instances: "them" },
          },
        },
        stopConditions: [STOP_CONDITION(at.account)],
        experimentOptions: OPTIONS,
      },
      async () => `${await primary()} and ${await secondary()}`,
    );
    assert.deepEqual([seen[0], seen.at(-1)], ["2 and 1", "2 and 1"]);
    assert.ok(seen.includes("0 and 1"), seen.join());
    await until(async () => (await primary()) === 2);
  }
});

test("ec2-instance-faults, sap-ebs-pause-database-data: an instance under stress, and one whose volume stands still", async () => {
  await using at = await bed();
  const tags = { ...SAP, "FIS-SAP-App-Tier": "Database" };
  const UserData = Buffer.from(`#!/bin/sh
while true; do date +%s%N > beat; sleep 0.05; done
`).toString("base64");
  const running = await instances(at, 1, { ...taggedInstance(tags), UserData });
  const { Volumes } = await at.call("ec2", "DescribeVolumes");
  const [volume] = Volumes as { VolumeId: string; AvailabilityZone: string }[];
  await at.call("ec2", "CreateTags", { Resources: [volume?.VolumeId], Tags: tagsOf(tags) });
  const command = (documentArn: string, documentParameters: object) => ({
    actionId: "aws:ssm:send-command",
    parameters: { documentArn, documentParameters: JSON.stringify(documentParameters), duration: "PT2M" },
    targets: { Instances: "machines" },
  });
  const stress = "arn:aws:ssm:us-east-1::document/AWSFIS-Run-CPU-Stress";
  await at.run(
    {
      targets: {
        machines: tagged("aws:ec2:instance", tags),
        volumes: tagged("aws:ec2:ebs-volume", tags, {
          parameters: { availabilityZoneIdentifier: volume?.AvailabilityZone },
        }),
      },
      actions: {
        burn: command(stress, { DurationSeconds: "60", InstallDependencies: "True", CPU: "0" }),
        pause: {
          actionId: "aws:ebs:pause-volume-io",
          parameters: { duration: "PT5M" },
          targets: { Volumes: "volumes" },
          startAfter: ["burn"],
        },
      },
      experimentOptions: OPTIONS,
    },
    running,
  );
  assert.equal(await running(), 1);
});

test(
  "ecs-fargate-az-impairment, ecs-fargate-az-evacuation: a service leaves the zone while its subnet is taken from it",
  needs("boto3"),
  async () => {
    await using at = await bed();
    const { Subnets } = await at.call("ec2", "DescribeSubnets");
    const subnetIn = (zone: string): string =>
      Subnets.find((one: { AvailabilityZone: string }) => one.AvailabilityZone === zone).SubnetId;
    const [SubnetId, other] = [subnetIn("us-east-1a"), subnetIn("us-east-1b")];
    await at.call("ec2", "CreateTags", { Resources: [SubnetId], Tags: tagsOf(READY) });
    await at.call("ecs", "CreateCluster", { clusterName: "shop" });
    await at.call("ecs", "RegisterTaskDefinition", {
      family: "web",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        { name: "app", image: "web", command: ["node", "-e", "setInterval(() => {}, 1000)"] },
      ],
    });
    await at.call("ecs", "CreateService", {
      cluster: "shop",
      serviceName: "web",
      taskDefinition: "web",
      desiredCount: 2,
      launchType: "FARGATE",
      propagateTags: "SERVICE",
      tags: [{ key: "FIS-Ready", value: "True" }],
      networkConfiguration: { awsvpcConfiguration: { subnets: [SubnetId, other] } },
    });
    /** The zones of the tasks that run. */
    const zones = async (): Promise<string> => {
      const { taskArns } = await at.call("ecs", "ListTasks", { cluster: "shop", serviceName: "web" });
      if (taskArns.length === 0) return "";
      const { tasks } = await at.call("ecs", "DescribeTasks", { cluster: "shop", tasks: taskArns });
      return (tasks as { availabilityZone: string; lastStatus: string }[])
        .filter(({ lastStatus }) => lastStatus === "RUNNING")
        .map(({ availabilityZone }) => availabilityZone.at(-1))
        .sort()
        .join("");
    };
    await until(async () => (await zones()) === "ab");
    const payload = { cluster: "{{ ClusterName }}", service: "{{ ServiceName }}", subnet: "{{ SubnetId }}" };
    const script = (name: string, Script: string, more: object = {}, given: object = {}) => ({
      name,
      action: "aws:executeScript",
      inputs: {
        Runtime: "python3.11",
        Handler: "handler",
        Script,
        InputPayload: { ...payload, ...given },
      },
      outputs: [{ Name: "Result", Selector: "$.Payload", Type: "String" }],
      ...more,
    });
    const putBack = { onFailure: "step:putBack", onCancel: "step:putBack" };
    const evacuate = await at.runbook("Evacuate", {
      parameters: {
        AutomationAssumeRole: { type: "String", default: "" },
        ClusterName: { type: "String" },
        ServiceName: { type: "String" },
        SubnetId: { type: "String" },
        Duration: { type: "String", default: "PT15M" },
      },
      mainSteps: [
        {
          name: "find",
          action: "aws:executeAwsApi",
          nextStep: "plan",
          isEnd: false,
          inputs: {
            Service: "ecs",
            Api: "DescribeServices",
            cluster: "{{ ClusterName }}",
            services: ["{{ ServiceName }}"],
          },
          outputs: [{ Name: "Service", Selector: "$.services[0]", Type: "StringMap" }],
        },
        script(
          "plan",
          `
import json

def handler(events, context):
    now = events["found"]["networkConfiguration"]["awsvpcConfiguration"]
    left = [one for one in now["subnets"] if one != events["subnet"]]
    if not left or len(left) == len(now["subnets"]):
        raise ValueError("The subnet cannot be taken away")
    return json.dumps({**now, "subnets": left})
`,
          { nextStep: "take", isEnd: false },
          { found: "{{ find.Service }}" },
        ),
        script(
          "take",
          `
import boto3, json

def handler(events, context):
    boto3.client("ecs").update_service(
        cluster=events["cluster"], service=events["service"],
        networkConfiguration={"awsvpcConfiguration": json.loads(events["plan"])},
    )
    return "TAKEN"
`,
          { nextStep: "settle", isEnd: false, ...putBack },
          { plan: "{{ plan.Result }}" },
        ),
        script(
          "settle",
          `
import boto3, time

def handler(events, context):
    ecs = boto3.client("ecs")
    for _ in range(600):
        found = ecs.describe_services(cluster=events["cluster"], services=[events["service"]])["services"][0]
        if all(one["runningCount"] == one["desiredCount"] for one in found["deployments"]):
            return "STABLE"
        time.sleep(0.1)
    raise RuntimeError("The service is not stable")
`,
          { nextStep: "hold", isEnd: false, ...putBack },
        ),
        {
          name: "hold",
          action: "aws:sleep",
          nextStep: "putBack",
          isEnd: false,
          ...putBack,
          inputs: { Duration: "{{ Duration }}" },
        },
        script(
          "putBack",
          `
import boto3

def handler(events, context):
    ecs = boto3.client("ecs")
    found = ecs.describe_services(cluster=events["cluster"], services=[events["service"]])["services"][0]
    now = found["networkConfiguration"]["awsvpcConfiguration"]
    if events["subnet"] not in now["subnets"]:
        ecs.update_service(
            cluster=events["cluster"], service=events["service"],
            networkConfiguration={"awsvpcConfiguration": {**now, "subnets": now["subnets"] + [events["subnet"]]}},
        )
    return "BACK"
`,
          { isEnd: true },
        ),
      ],
      outputs: ["putBack.Result"],
    });
    const inZone = { path: "AvailabilityZone", values: ["us-east-1a"] };
    const tasks = tagged("aws:ecs:task", READY, {
      filters: [inZone, { path: "LastStatus", values: ["RUNNING"] }],
    });
    const seen = await at.run(
      {
        targets: {
          subnets: tagged("aws:ec2:subnet", READY, { filters: [inZone] }),
          toStop: tasks,
          toCutOff: tasks,
        },
        actions: {
          disconnect: {
            actionId: "aws:network:disrupt-connectivity",
            parameters: { scope: "availability-zone", duration: "PT20M" },
            targets: { Subnets: "subnets" },
          },
          lose: {
            actionId: "aws:ecs:task-network-packet-loss",
            parameters: {
              duration: "PT20M",
              lossPercent: "100",
              sources: "0.0.0.0/0",
              useEcsFaultInjectionEndpoints: "true",
            },
            targets: { Tasks: "toCutOff" },
          },
          before: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } },
          stop: { actionId: "aws:ecs:stop-task", targets: { Tasks: "toStop" }, startAfter: ["before"] },
          detect: wait("PT4M", "stop"),
          evacuate: {
            ...evacuate({ ClusterName: "shop", ServiceName: "web", SubnetId, Duration: "PT15M" }, "PT40M"),
            startAfter: ["detect"],
          },
        },
        experimentOptions: { ...OPTIONS, emptyTargetResolutionMode: "skip" },
      },
      zones,
    );
    assert.ok(seen.includes("bb"), seen.join());
    await until(async () => (await zones()) === "ab");
  },
);

test("ec2-control-plane-faults: calls of one role to EC2 fail, each in its way", async () => {
  await using at = await bed();
  await alarm(at);
  const RoleArn = await at.role("Chaos-Ready");
  const { Credentials } = await at.call("sts", "AssumeRole", { RoleArn, RoleSessionName: "worker" });
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = Credentials;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const ec2 = new EC2({ ...clientOptions(at.cloud, at.account), credentials, maxAttempts: 1 });
  const describe = () =>
    ec2.describeInstances({}).then(
      () => "ok",
      (error: Error) => error.name,
    );
  for (const [kind, code] of [
    ["throttle", "RequestLimitExceeded"],
    ["internal", "InternalError"],
    ["unavailable", "Unavailable"],
  ]) {
    const role = { resourceType: "aws:iam:role", resourceArns: [RoleArn], selectionMode: "ALL" };
    const seen = await at.run(
      {
        targets: { roles: role },
        actions: {
          fail: {
            actionId: `aws:fis:inject-api-${kind}-error`,
            parameters: {
              service: "ec2",
              operations: "DescribeInstances,DescribeVolumes",
              percentage: "100",
              duration: "PT5M",
            },
            targets: { Roles: "roles" },
          },
        },
        stopConditions: [STOP_CONDITION(at.account)],
      },
      describe,
    );
    assert.deepEqual(seen, ["ok", code, "ok"]);
    assert.equal((await ec2.describeVpcs({})).$metadata.httpStatusCode, 200);
  }
});

test(
  "sce-unauthorized-ingress-faults: a rule that nobody allowed, until somebody takes it away or the time is over",
  needs("boto3"),
  async () => {
    await using at = await bed();
    const { GroupId } = await at.call("ec2", "CreateSecurityGroup", { GroupName: "web", Description: "d" });
    const open = await at.runbook("Open-Port", {
      parameters: {
        GroupId: { type: "String", allowedPattern: "^(sg-)([0-9a-f]){1,}$" },
        Protocol: { type: "String", default: "TCP" },
        Port: { type: "Integer", allowedPattern: "^([0-9]{1,5})$", default: 22 },
        Patience: { type: "String", default: "100" },
        AutomationAssumeRole: { type: "String", default: "", allowedPattern: "^arn:aws:iam::.+|^$" },
      },
      mainSteps: [
        {
          name: "open",
          action: "aws:executeAwsApi",
          onFailure: "Abort",
          nextStep: "watch",
          outputs: [
            { Name: "RuleId", Selector: "$.SecurityGroupRules[0].SecurityGroupRuleId", Type: "String" },
          ],
          inputs: {
            Service: "ec2",
            Api: "AuthorizeSecurityGroupIngress",
            GroupId: "{{ GroupId }}",
            IpPermissions: [
              {
                IpProtocol: "{{ Protocol }}",
                FromPort: "{{ Port }}",
                ToPort: "{{ Port }}",
                IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "By {{automation:EXECUTION_ID}}" }],
              },
            ],
          },
        },
        {
          name: "watch",
          action: "aws:executeScript",
          onFailure: "step:close",
          onCancel: "step:close",
          isEnd: true,
          isCritical: true,
          inputs: {
            Runtime: "python3.7",
            Handler: "watch",
            InputPayload: { patience: "{{ Patience }}", rule: "{{ open.RuleId }}" },
            Script: `
import boto3, time

def watch(event, context):
    ec2 = boto3.client("ec2")
    for _ in range(int(event["patience"])):
        try:
            ec2.describe_security_group_rules(SecurityGroupRuleIds=[event["rule"]])
        except Exception as error:
            if "InvalidSecurityGroupRuleId.NotFound" in str(error):
                return {"remediated": event["rule"]}
            raise
        time.sleep(0.1)
    raise Exception("Nobody has taken the rule away")
`,
          },
        },
        {
          name: "close",
          action: "aws:executeAwsApi",
          isEnd: true,
          inputs: {
            Service: "ec2",
            Api: "RevokeSecurityGroupIngress",
            GroupId: "{{ GroupId }}",
            SecurityGroupRuleIds: ["{{ open.RuleId }}"],
          },
        },
      ],
    });
    const rules = async (): Promise<string[]> => {
      const Filters = [{ Name: "group-id", Values: [GroupId] }];
      const { SecurityGroupRules } = await at.call("ec2", "DescribeSecurityGroupRules", { Filters });
      return (SecurityGroupRules as { SecurityGroupRuleId: string; IsEgress: boolean; IpProtocol: string }[])
        .filter(({ IsEgress }) => !IsEgress)
        .map(({ SecurityGroupRuleId, IpProtocol }) => `${IpProtocol} ${SecurityGroupRuleId}`);
    };
    const experiment = (Patience: string) => ({
      targets: {},
      actions: { open: open({ GroupId, Protocol: "TCP", Port: "22", Patience }, "PT5M") },
    });
    await at.run(experiment("600"), async () => {
      const [rule] = await rules();
      const [protocol, id] = rule?.split(" ") ?? [];
      if (protocol !== undefined) assert.equal(protocol, "tcp");
      if (id !== undefined)
        await at.call("ec2", "RevokeSecurityGroupIngress", { GroupId, SecurityGroupRuleIds: [id] });
      return rule;
    });
    const late = at.run(experiment("1"), async () => undefined);
    await assert.rejects(late, /Nobody has taken the rule away/);
    assert.deepEqual(await rules(), []);
  },
);
