import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { tokenFor } from "../../src/services/dsql/fixture.test.ts";
import { say, type Where } from "../../src/services/elasticache/fixture.test.ts";
import { aTarget } from "../../src/services/elbv2/fixture.test.ts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { psql } from "../../src/services/rds/fixture.test.ts";
import type { KubeApiserver } from "../kube-apiserver.ts";
import type { TOOLS } from "../needs.ts";
import { until } from "../until.ts";

/*
 * Each of AWS's actions that acts: what it is used on, and how a client of that sees it. Squall may be in this process, or in one
 * that is killed meanwhile.
 */

/** An account of a Squall. */
export interface World {
  readonly account: string;
  /** The cluster `shop`. */
  readonly kubernetes: KubeApiserver;
  url(): string;
  call(
    service: string,
    operation: string,
    input?: object,
    options?: { readonly region?: string; readonly as?: string },
    // biome-ignore lint/suspicious/noExplicitAny: outputs of all services
  ): Promise<any>;
}

/** What an action is used on. */
export interface Stage {
  /** Key, resource type and ARN of its target, and parameters of that, which may be all; none for an action without targets. */
  readonly target?: readonly [
    key: string,
    type: string,
    arn: string | undefined,
    parameters?: Readonly<Record<string, string>>,
  ];
  readonly parameters: Readonly<Record<string, string>>;
  /** What a client sees now. The same each time, while nothing is wrong. */
  look(): Promise<string>;
  end?(): Promise<unknown>;
}

export interface Row {
  /** True of what is done and over: no end of an experiment takes it back. */
  readonly lasts?: true;
  readonly needs?: readonly (keyof typeof TOOLS)[];
  stage(world: World): Promise<Stage>;
}

const LONG = { duration: "PT1H" };
const ALL = { percentage: "100", ...LONG };
const arnIn = ({ account }: World, service: string, resource: string): string =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`;
const outcome = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => "ok",
    ({ code, name }: { code?: string; name: string }) => code ?? name,
  );
/** How a page answers within a moment. */
const answer = (url: string, patienceMs = 700): Promise<string> =>
  fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(patienceMs) }).then(
    (response) => response.text(),
    () => "no answer",
  );
/** Is it so within a moment? */
async function soon(is: () => Promise<boolean>): Promise<boolean> {
  const startedAt = performance.now();
  while (!(await is()))
    if (performance.now() - startedAt > 1_500) return false;
    else await pause(50);
  return true;
}

async function role(world: World, RoleName: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "*" }, Action: "sts:AssumeRole" }],
  });
  await world.call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument });
  return `arn:aws:iam::${world.account}:role/${RoleName}`;
}

const apiError: Row = {
  async stage(world) {
    const as = await role(world, "worker");
    return {
      target: ["Roles", "aws:iam:role", as],
      parameters: { service: "sqs", operations: "ListQueues", ...ALL },
      look: () => outcome(world.call("sqs", "ListQueues", {}, { as })),
    };
  },
};

const stream: Row = {
  async stage(world) {
    const StreamName = "clicks";
    await world.call("kinesis", "CreateStream", { StreamName, ShardCount: 1 });
    await until(
      async () =>
        (await world.call("kinesis", "DescribeStreamSummary", { StreamName })).StreamDescriptionSummary,
      ({ StreamStatus }) => StreamStatus === "ACTIVE",
    );
    const read = async () => {
      const { ShardIterator } = await world.call("kinesis", "GetShardIterator", {
        StreamName,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      });
      await world.call("kinesis", "GetRecords", { ShardIterator });
    };
    return {
      target: ["KinesisStreams", "aws:kinesis:stream", arnIn(world, "kinesis", `stream/${StreamName}`)],
      parameters: ALL,
      look: () => outcome(read()),
    };
  },
};

/** A function of Node.js, once it can be invoked. */
async function functionOf(world: World, source: string, more: object = {}) {
  await world.call("lambda", "CreateFunction", {
    FunctionName: "worker",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: await role(world, "functions"),
    Timeout: 30,
    Code: { ZipFile: await zipOf({ "index.mjs": source }) },
    ...more,
  });
  const invoke = async (payload: object = {}) => {
    const { Payload, FunctionError } = await world.call("lambda", "Invoke", {
      FunctionName: "worker",
      Payload: Buffer.from(JSON.stringify(payload)),
    });
    return FunctionError === undefined ? Buffer.from(Payload).toString() : `failed: ${FunctionError}`;
  };
  await until(async () => !(await invoke().catch(() => "failed")).startsWith("failed"));
  return { invoke, arn: arnIn(world, "lambda", "function:worker") };
}

const invocation = (parameters: Readonly<Record<string, string>>, timed = false): Row => ({
  async stage(world) {
    const { invoke, arn } = await functionOf(world, "export const handler = async () => 'hello'");
    const look = async () => {
      const startedAt = performance.now();
      const said = await invoke();
      return timed ? (performance.now() - startedAt < 3_000 ? "quick" : "late") : said;
    };
    return {
      target: ["Functions", "aws:lambda:function", arn],
      parameters: { invocationPercentage: "100", ...LONG, ...parameters },
      look,
    };
  },
});

/** Calls a service in a Region, and gives up after a moment. */
const CALLER = `
export const handler = async ({ region = "us-east-1", waitMs = 20000 }) => {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/" + region + "/sqs/aws4_request, SignedHeaders=host, Signature=0",
    "x-amz-security-token": process.env.AWS_SESSION_TOKEN,
    "x-amz-target": "AmazonSQS.ListQueues",
    "content-type": "application/x-amz-json-1.0",
  };
  const signal = AbortSignal.timeout(waitMs);
  return fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", body: "{}", headers, signal }).then(({ status }) => status, ({ name }) => name);
};`;

/** A function in a subnet, and what cuts it off from SQS in a Region. */
const network = (
  region: string,
  struck: (world: World, at: { VpcId: string; SubnetId: string }) => Promise<Omit<Stage, "look">>,
): Row => ({
  async stage(world) {
    const { Vpc } = await world.call("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
    const { VpcId } = Vpc;
    await world.call("ec2", "ModifyVpcAttribute", { VpcId, EnableDnsHostnames: { Value: true } });
    const { Subnet } = await world.call("ec2", "CreateSubnet", { VpcId, CidrBlock: "10.0.1.0/24" });
    const { SubnetId } = Subnet;
    const { invoke } = await functionOf(world, CALLER, {
      VpcConfig: { SubnetIds: [SubnetId], SecurityGroupIds: [] },
    });
    const stage = await struck(world, { VpcId, SubnetId });
    // A service is loaded when it is first called.
    await invoke({ region });
    return { ...stage, look: () => invoke({ region, waitMs: 1_500 }) };
  },
});
const subnet = (world: World, id: string) =>
  ["Subnets", "aws:ec2:subnet", arnIn(world, "ec2", `subnet/${id}`)] as const;

/** Serves what its metadata say of an interruption, and otherwise its process id. */
const WEB = (port: number) => `#!${process.execPath}
const imds = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT + "/latest/";
const notice = async () => {
  const token = await (await fetch(imds + "api/token", { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" } })).text();
  const answer = await fetch(imds + "meta-data/spot/instance-action", { headers: { "x-aws-ec2-metadata-token": token } });
  return answer.status === 200 ? "notice" : "no notice";
};
require("node:http").createServer(async (request, response) => {
  response.end(request.url === "/" ? String(process.pid) : await notice());
}).listen(${port}, process.env.SQUALL_ADDRESS);
`;
let ports = 18_400;

/** An instance that serves a port. */
async function instance(world: World, more: object = {}) {
  const port = ports++;
  const { Instances } = await world.call("ec2", "RunInstances", {
    ImageId: "ami-0abcdef1234567890",
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    UserData: Buffer.from(WEB(port)).toString("base64"),
    ...more,
  });
  const id: string = Instances[0].InstanceId;
  const described = async () =>
    (await world.call("ec2", "DescribeInstances", { InstanceIds: [id] })).Reservations[0].Instances[0];
  const state = async (): Promise<string> => (await described()).State.Name;
  const page = async (path = "/", patienceMs?: number) =>
    answer(`http://${(await described()).PublicIpAddress}:${port}${path}`, patienceMs);
  await until(
    () => page("/", 5_000),
    (text) => /^\d+$/.test(text),
  );
  return { id, state, page, arn: arnIn(world, "ec2", `instance/${id}`), on: "aws:ec2:instance" as const };
}
const onInstance = (
  parameters: Readonly<Record<string, string>>,
  look: (one: Awaited<ReturnType<typeof instance>>) => Promise<string>,
  lasts?: true,
): Row => ({
  ...(lasts && { lasts }),
  async stage(world) {
    const one = await instance(world);
    return { target: ["Instances", one.on, one.arn], parameters, look: () => look(one) };
  },
});

const TASK = `require("http").createServer((request, response) => response.end(String(process.pid))).listen(process.env.PORT)`;

/** A service of one task that serves a port. */
async function task(world: World, more: object = {}) {
  await world.call("ecs", "RegisterTaskDefinition", {
    family: "web",
    containerDefinitions: [
      {
        name: "app",
        image: "web",
        memory: 256,
        command: ["node", "-e", TASK],
        portMappings: [{ containerPort: ports++ }],
      },
    ],
  });
  await world.call("ecs", "CreateService", {
    serviceName: "web",
    taskDefinition: "web",
    desiredCount: 1,
    ...more,
  });
  const running = async () => {
    const { taskArns } = await world.call("ecs", "ListTasks", { serviceName: "web" });
    if (taskArns.length === 0) return undefined;
    const { tasks } = await world.call("ecs", "DescribeTasks", { tasks: taskArns });
    return tasks.find(({ lastStatus }: { lastStatus: string }) => lastStatus === "RUNNING");
  };
  const page = async (patienceMs?: number) => {
    const port = (await running())?.containers[0].networkBindings[0]?.hostPort;
    return port === undefined ? "no answer" : answer(`http://127.0.0.1:${port}/`, patienceMs);
  };
  await until(
    () => page(5_000),
    (text) => /^\d+$/.test(text),
  );
  return { arn: (await running()).taskArn as string, running, page };
}
const onTask = (
  parameters: Readonly<Record<string, string>>,
  look: (one: Awaited<ReturnType<typeof task>>) => Promise<string>,
  lasts?: true,
): Row => ({
  ...(lasts && { lasts }),
  async stage(world) {
    const one = await task(world);
    return { target: ["Tasks", "aws:ecs:task", one.arn], parameters, look: () => look(one) };
  },
});

/** Does a task stand still now and then? */
async function isPaused({ page }: Awaited<ReturnType<typeof task>>): Promise<string> {
  const pid = await page(5_000);
  for (let n = 0; n < 40; n++) {
    try {
      if (/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return "pauses";
    } catch {
      return "gone";
    }
    await pause(11);
  }
  return "runs";
}

/** Are there processes that write in its group? */
async function isWriting({ page }: Awaited<ReturnType<typeof task>>): Promise<string> {
  const environment = readFileSync(`/proc/${await page(5_000)}/environ`, "utf8");
  const own = /ECS_CONTAINER_METADATA_URI_V4=([^\0]*)/.exec(environment)?.[1] ?? "";
  const mark = /_SQUALL_INSTANCE=([^\0]*)/.exec(environment)?.[1] ?? own;
  const writers = readdirSync("/proc").filter((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("stress.mjs") &&
        readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark)
      );
    } catch {
      return false; // It has ended meanwhile, or is no process.
    }
  });
  return writers.length > 0 ? "writes" : "rests";
}

const replicationGroup: Row = {
  needs: ["valkey"],
  async stage(world) {
    await world.call("elasticache", "CreateReplicationGroup", {
      ReplicationGroupId: "shop",
      ReplicationGroupDescription: "sessions",
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      PreferredCacheClusterAZs: ["us-east-1a", "us-east-1b"],
    });
    const group = async () =>
      (await world.call("elasticache", "DescribeReplicationGroups", { ReplicationGroupId: "shop" }))
        .ReplicationGroups[0];
    await until(group, ({ Status }) => Status === "available");
    const look = async () => {
      const { CacheClusters } = await world.call("elasticache", "DescribeCacheClusters", {
        CacheClusterId: "shop-001",
        ShowCacheNodeInfo: true,
      });
      return say(CacheClusters[0].CacheNodes[0].Endpoint as Where, "PING");
    };
    return {
      target: [
        "ReplicationGroups",
        "aws:elasticache:replicationgroup",
        arnIn(world, "elasticache", "replicationgroup:shop"),
        { availabilityZoneIdentifier: "us-east-1a" },
      ],
      parameters: LONG,
      look,
    };
  },
};

const multiRegionCluster: Row = {
  needs: ["valkey"],
  async stage(world) {
    const { MultiRegionCluster } = await world.call("memorydb", "CreateMultiRegionCluster", {
      MultiRegionClusterNameSuffix: "shop",
      NodeType: "db.r7g.xlarge",
      TLSEnabled: false,
    });
    const { MultiRegionClusterName, ARN } = MultiRegionCluster;
    const endpoint = async (region: string): Promise<Where | undefined> => {
      const { Clusters } = await world.call("memorydb", "DescribeClusters", {}, { region });
      return Clusters[0]?.Status === "available" ? Clusters[0].ClusterEndpoint : undefined;
    };
    for (const region of ["us-east-1", "eu-west-1"]) {
      const more = { MultiRegionClusterName, NumReplicasPerShard: 0, TLSEnabled: false };
      const names = { ClusterName: "shop", NodeType: "db.r7g.xlarge", ACLName: "open-access" };
      await world.call("memorydb", "CreateCluster", { ...names, ...more }, { region });
      await until(() => endpoint(region));
    }
    let n = 0;
    const look = async () => {
      const [east, west] = [await endpoint("us-east-1"), await endpoint("eu-west-1")];
      if (!east || !west) return "down";
      const key = `order-${n++}`;
      await say(east, `SET ${key} 17`);
      return (await soon(async () => (await say(west, `GET ${key}`)).includes("17"))) ? "comes" : "stays";
    };
    return {
      target: ["MultiRegionClusters", "aws:memorydb:multi-region-cluster", ARN],
      parameters: LONG,
      look,
    };
  },
};

const PASSWORD = "correct-horse";
/** An answer of a database; anything else is a refusal. */
const asked = async (...given: Parameters<typeof psql>): Promise<string> => {
  const said = await psql(...given);
  return /^[\d :.+-]+$/.test(said) ? said : "refused";
};

async function dbInstance(world: World, input: object): Promise<void> {
  await world.call("rds", "CreateDBInstance", input);
  await until(
    async () =>
      (await world.call("rds", "DescribeDBInstances", {})).DBInstances as { DBInstanceStatus: string }[],
    (all) => all.every(({ DBInstanceStatus }) => DBInstanceStatus === "available"),
  );
}
const MASTER = { MasterUsername: "app", MasterUserPassword: PASSWORD };

const policyOf = (world: World, ResourceArn: string) =>
  outcome(world.call("dynamodb", "GetResourcePolicy", { ResourceArn }));

/** Whatever acts, by its id. */
/** A pod in a namespace of its own, and what its containers do. */
const onPod = (parameters: Readonly<Record<string, string>>): Row => ({
  async stage({ account, kubernetes }) {
    const namespace = `shop-${account}-${pods++}`;
    kubernetes.pod("cart", { namespace });
    kubernetes.put(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: "chaos" } });
    const picked = { clusterIdentifier: "shop", namespace, selectorType: "podName", selectorValue: "cart" };
    return {
      target: ["Pods", "aws:eks:pod", undefined, picked],
      parameters: { kubernetesServiceAccount: "chaos", ...parameters },
      look: async () => {
        if (kubernetes.at(`/api/v1/namespaces/${namespace}/pods/cart`) === undefined) return "gone";
        return kubernetes.containers("cart", namespace).includes("running") ? "struck" : "calm";
      },
    };
  },
});
let pods = 0;

export const ROWS: Readonly<Record<string, Row>> = {
  "aws:arc:start-zonal-autoshift": {
    async stage(world) {
      const [a, b] = [await aTarget("a"), await aTarget("b")];
      const { Subnets } = await world.call("ec2", "DescribeSubnets");
      const inZone = (zone: string) =>
        Subnets.find((one: { AvailabilityZone: string }) => one.AvailabilityZone === zone);
      const zones = ["us-east-1a", "us-east-1b"];
      const { LoadBalancers } = await world.call("elbv2", "CreateLoadBalancer", {
        Name: "zones",
        Subnets: zones.map((zone) => inZone(zone).SubnetId),
      });
      const [{ LoadBalancerArn, DNSName }] = LoadBalancers;
      const { TargetGroups } = await world.call("elbv2", "CreateTargetGroup", {
        Name: "zones",
        Protocol: "HTTP",
        Port: 80,
        VpcId: inZone("us-east-1a").VpcId,
        TargetType: "ip",
      });
      const [{ TargetGroupArn }] = TargetGroups;
      await world.call("elbv2", "CreateListener", {
        LoadBalancerArn,
        Protocol: "HTTP",
        Port: ports++,
        DefaultActions: [{ Type: "forward", TargetGroupArn }],
      });
      await world.call("elbv2", "RegisterTargets", {
        TargetGroupArn,
        Targets: [a, b].map(({ port }, n) => ({ Id: "127.0.0.1", Port: port, AvailabilityZone: zones[n] })),
      });
      await world.call("elbv2", "ModifyLoadBalancerAttributes", {
        LoadBalancerArn,
        Attributes: [{ Key: "zonal_shift.config.enabled", Value: "true" }],
      });
      const look = async () => {
        const said = new Set<string>();
        for (let n = 0; n < 6; n++) {
          const one = await fetch(world.url(), { headers: { "x-forwarded-host": DNSName } });
          said.add(one.status === 200 ? await one.text() : String(one.status));
        }
        return [...said].sort().join();
      };
      await until(look, (said) => said === "a,b");
      return {
        target: ["ManagedResources", "aws:arc:zonal-shift-managed-resource", LoadBalancerArn],
        parameters: { ...LONG, availabilityZoneIdentifier: "us-east-1a", zonalAutoshiftStatus: "ANY" },
        look,
        end: () => Promise.all([a.stop(), b.stop()]),
      };
    },
  },
  "aws:dsql:cluster-connection-failure": {
    needs: ["postgres"],
    async stage(world) {
      const { identifier, arn } = await world.call("dsql", "CreateCluster", {});
      const cluster = () => world.call("dsql", "GetCluster", { identifier });
      await until(cluster, ({ status }) => status === "ACTIVE");
      const look = async () => {
        const { endpoint } = await cluster();
        return asked({ address: endpoint, port: 5432 }, "select 1", {
          user: "admin",
          password: tokenFor(endpoint),
          database: "postgres",
        });
      };
      return { target: ["Clusters", "aws:dsql:cluster", arn], parameters: ALL, look };
    },
  },
  "aws:dynamodb:global-table-pause-replication": {
    async stage(world) {
      const TableName = "orders";
      const { TableDescription } = await world.call("dynamodb", "CreateTable", {
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      });
      const ReplicaUpdates = [{ Create: { RegionName: "eu-west-1" } }];
      await world.call("dynamodb", "UpdateTable", { TableName, ReplicaUpdates });
      const table = async () => (await world.call("dynamodb", "DescribeTable", { TableName })).Table;
      await until(table, ({ Replicas }) => Replicas?.[0]?.ReplicaStatus === "ACTIVE");
      let n = 0;
      const look = async () => {
        const Key = { id: { S: String(n++) } };
        await world.call("dynamodb", "PutItem", { TableName, Item: Key });
        const there = () => world.call("dynamodb", "GetItem", { TableName, Key }, { region: "eu-west-1" });
        const comes = await soon(async () => (await there()).Item !== undefined);
        return `${comes ? "comes" : "stays"}, policy: ${await policyOf(world, TableDescription.TableArn)}`;
      };
      return {
        target: ["Tables", "aws:dynamodb:global-table", TableDescription.TableArn],
        parameters: LONG,
        look,
      };
    },
  },
  "aws:ebs:pause-volume-io": {
    async stage(world) {
      const { id, page } = await instance(world);
      const Filters = [{ Name: "attachment.instance-id", Values: [id] }];
      const { Volumes } = await world.call("ec2", "DescribeVolumes", { Filters });
      return {
        target: ["Volumes", "aws:ec2:ebs-volume", arnIn(world, "ec2", `volume/${Volumes[0].VolumeId}`)],
        parameters: LONG,
        look: async () => (await page()).replace(/^\d+$/, "serves"),
      };
    },
  },
  "aws:ec2:api-insufficient-instance-capacity-error": {
    async stage(world) {
      const as = await role(world, "launcher");
      const reservation = {
        InstanceType: "m5.large",
        InstancePlatform: "Linux/UNIX",
        InstanceCount: 1,
        AvailabilityZone: "us-east-1a",
      };
      return {
        target: ["Roles", "aws:iam:role", as],
        parameters: { availabilityZoneIdentifiers: "us-east-1a", ...ALL },
        look: () => outcome(world.call("ec2", "CreateCapacityReservation", reservation, { as })),
      };
    },
  },
  "aws:ec2:asg-insufficient-instance-capacity-error": {
    async stage(world) {
      const LaunchTemplateName = "web";
      const LaunchTemplateData = { ImageId: "ami-0abcdef1234567890", InstanceType: "t3.nano" };
      await world.call("ec2", "CreateLaunchTemplate", { LaunchTemplateName, LaunchTemplateData });
      const AutoScalingGroupName = "web";
      await world.call("autoscaling", "CreateAutoScalingGroup", {
        AutoScalingGroupName,
        MinSize: 0,
        MaxSize: 1,
        DesiredCapacity: 0,
        LaunchTemplate: { LaunchTemplateName },
        AvailabilityZones: ["us-east-1a"],
      });
      const group = async () =>
        (await world.call("autoscaling", "DescribeAutoScalingGroups")).AutoScalingGroups[0];
      const desire = (DesiredCapacity: number) =>
        world.call("autoscaling", "SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity });
      const activity = async () =>
        (await world.call("autoscaling", "DescribeScalingActivities")).Activities[0];
      const look = async () => {
        const before = (await activity())?.ActivityId;
        await desire(1);
        const over = await until(
          activity,
          (one) => one?.ActivityId !== before && /^(?:Failed|Successful)$/.test(one.StatusCode),
        );
        await desire(0);
        await until(group, ({ Instances }) => Instances.length === 0);
        return over.StatusCode;
      };
      return {
        target: [
          "AutoScalingGroups",
          "aws:ec2:autoscaling-group",
          (await group()).AutoScalingGroupARN as string,
        ],
        parameters: { availabilityZoneIdentifiers: "us-east-1a", ...ALL },
        look,
      };
    },
  },
  "aws:ec2:reboot-instances": onInstance({}, ({ page }) => page("/", 5_000), true),
  "aws:ec2:send-spot-instance-interruptions": {
    async stage(world) {
      const { arn, page } = await instance(world, { InstanceMarketOptions: { MarketType: "spot" } });
      return {
        target: ["SpotInstances", "aws:ec2:spot-instance", arn],
        parameters: { durationBeforeInterruption: "PT2M" },
        look: () => page("/notice"),
      };
    },
  },
  "aws:ec2:stop-instances": onInstance({ startInstancesAfterDuration: "PT1H" }, ({ state }) => state()),
  "aws:ec2:terminate-instances": onInstance({}, ({ state }) => state(), true),
  "aws:ecs:drain-container-instances": {
    async stage(world) {
      await task(world);
      const look = async () => {
        const { containerInstanceArns } = await world.call("ecs", "ListContainerInstances");
        const { containerInstances } = await world.call("ecs", "DescribeContainerInstances", {
          containerInstances: containerInstanceArns,
        });
        return containerInstances
          .map(({ status }: { status: string }) => status)
          .sort()
          .join();
      };
      return {
        target: ["Clusters", "aws:ecs:cluster", arnIn(world, "ecs", "cluster/default")],
        parameters: { drainagePercentage: "50", ...LONG },
        look,
      };
    },
  },
  "aws:ecs:stop-task": onTask({}, async ({ running }) => (await running())?.taskArn ?? "", true),
  "aws:ecs:task-cpu-stress": onTask(LONG, isPaused),
  "aws:ecs:task-io-stress": onTask({ ...LONG, workers: "1" }, isWriting),
  "aws:ecs:task-kill-process": onTask(
    { processName: "node", signal: "SIGKILL" },
    async ({ running }) => (await running())?.taskArn ?? "",
    true,
  ),
  "aws:ecs:task-network-blackhole-port": {
    async stage(world) {
      const one = await task(world);
      const { containers } = await one.running();
      return {
        target: ["Tasks", "aws:ecs:task", one.arn],
        parameters: {
          ...LONG,
          port: String(containers[0].networkBindings[0].containerPort),
          trafficType: "ingress",
          protocol: "tcp",
        },
        look: async () => (await one.page()).replace(/^\d+$/, "serves"),
      };
    },
  },
  "aws:ecs:task-network-latency": onTask(
    { ...LONG, delayMilliseconds: "2000", jitterMilliseconds: "0" },
    async ({ page }) => (await page(1_500)).replace(/^\d+$/, "quick"),
  ),
  "aws:ecs:task-network-packet-loss": onTask({ ...LONG, lossPercent: "100" }, async ({ page }) =>
    (await page()).replace(/^\d+$/, "serves"),
  ),
  "aws:eks:inject-kubernetes-custom-resource": {
    async stage(world) {
      const kubernetesNamespace = `chaos-${world.account}-${pods++}`;
      const list = `/apis/chaos-mesh.org/v1alpha1/namespaces/${kubernetesNamespace}/podchaos`;
      return {
        target: ["Cluster", "aws:eks:cluster", arnIn(world, "eks", "cluster/shop")],
        parameters: {
          kubernetesApiVersion: "chaos-mesh.org/v1alpha1",
          kubernetesKind: "PodChaos",
          kubernetesNamespace,
          kubernetesSpec: '{"action":"pod-failure"}',
          maxDuration: "PT1H",
        },
        look: async () => `${world.kubernetes.names(list).length} resources`,
      };
    },
  },
  "aws:eks:pod-cpu-stress": onPod(LONG),
  "aws:eks:pod-delete": { ...onPod({ gracePeriodSeconds: "0" }), lasts: true },
  "aws:eks:pod-io-stress": onPod(LONG),
  "aws:eks:pod-memory-stress": onPod(LONG),
  "aws:eks:pod-network-blackhole-port": onPod({
    ...LONG,
    protocol: "tcp",
    trafficType: "ingress",
    port: "80",
  }),
  "aws:eks:pod-network-latency": onPod(LONG),
  "aws:eks:pod-network-packet-loss": onPod(LONG),
  "aws:eks:terminate-nodegroup-instances": {
    lasts: true,
    async stage({ kubernetes, call }) {
      const labels = { "eks.amazonaws.com/nodegroup": "workers" };
      kubernetes.put("/api/v1/nodes", { metadata: { name: "worker", labels } });
      const { nodegroup } = await call("eks", "DescribeNodegroup", {
        clusterName: "shop",
        nodegroupName: "workers",
      });
      return {
        target: ["Nodegroups", "aws:eks:nodegroup", nodegroup.nodegroupArn],
        parameters: { instanceTerminationPercentage: "100" },
        look: async () => kubernetes.names("/api/v1/nodes").join(),
      };
    },
  },
  "aws:elasticache:replicationgroup-interrupt-az-power": replicationGroup,
  "aws:fis:inject-api-internal-error": apiError,
  "aws:fis:inject-api-throttle-error": apiError,
  "aws:fis:inject-api-unavailable-error": apiError,
  "aws:kinesis:stream-expired-iterator-exception": stream,
  "aws:kinesis:stream-provisioned-throughput-exception": stream,
  "aws:lambda:invocation-add-delay": invocation({ startupDelayMilliseconds: "3000" }, true),
  "aws:lambda:invocation-error": invocation({ preventExecution: "true" }),
  "aws:lambda:invocation-http-integration-response": invocation({
    contentTypeHeader: "text/plain",
    statusCode: "503",
    preventExecution: "true",
  }),
  "aws:memorydb:multi-region-cluster-pause-replication": multiRegionCluster,
  "aws:network:disrupt-connectivity": network("us-east-1", async (world, { SubnetId }) => ({
    target: subnet(world, SubnetId),
    parameters: { scope: "all", ...LONG },
  })),
  "aws:network:disrupt-vpc-endpoint": network("us-east-1", async (world, { VpcId, SubnetId }) => {
    const { VpcEndpoint } = await world.call("ec2", "CreateVpcEndpoint", {
      VpcId,
      ServiceName: "com.amazonaws.us-east-1.sqs",
      VpcEndpointType: "Interface",
      SubnetIds: [SubnetId],
    });
    const arn = arnIn(world, "ec2", `vpc-endpoint/${VpcEndpoint.VpcEndpointId}`);
    return { target: ["VPCEndpoints", "aws:ec2:vpc-endpoint", arn], parameters: LONG };
  }),
  "aws:network:route-table-disrupt-cross-region-connectivity": network(
    "eu-west-1",
    async (world, { SubnetId }) => ({
      target: subnet(world, SubnetId),
      parameters: { region: "eu-west-1", ...LONG },
    }),
  ),
  "aws:network:transit-gateway-disrupt-cross-region-connectivity": network(
    "eu-west-1",
    async (world, { VpcId, SubnetId }) => {
      const gateway = async (region: string): Promise<string> =>
        (await world.call("ec2", "CreateTransitGateway", {}, { region })).TransitGateway.TransitGatewayId;
      const TransitGatewayId = await gateway("us-east-1");
      await world.call("ec2", "CreateTransitGatewayVpcAttachment", {
        TransitGatewayId,
        VpcId,
        SubnetIds: [SubnetId],
      });
      const { TransitGatewayPeeringAttachment } = await world.call(
        "ec2",
        "CreateTransitGatewayPeeringAttachment",
        {
          TransitGatewayId,
          PeerTransitGatewayId: await gateway("eu-west-1"),
          PeerAccountId: world.account,
          PeerRegion: "eu-west-1",
        },
      );
      const { TransitGatewayAttachmentId } = TransitGatewayPeeringAttachment;
      const accepted = { TransitGatewayAttachmentId };
      await world.call("ec2", "AcceptTransitGatewayPeeringAttachment", accepted, { region: "eu-west-1" });
      const arn = arnIn(world, "ec2", `transit-gateway/${TransitGatewayId}`);
      const parameters = { region: "eu-west-1", ...LONG };
      return { target: ["TransitGateways", "aws:ec2:transit-gateway", arn], parameters };
    },
  ),
  "aws:rds:failover-db-cluster": {
    lasts: true,
    needs: ["postgres"],
    async stage(world) {
      const DBClusterIdentifier = "shop";
      const Engine = "aurora-postgresql";
      await world.call("rds", "CreateDBCluster", {
        DBClusterIdentifier,
        Engine,
        DatabaseName: "shop",
        Port: ports++,
        ...MASTER,
      });
      for (const DBInstanceIdentifier of ["one", "two"])
        await dbInstance(world, {
          DBInstanceIdentifier,
          DBClusterIdentifier,
          DBInstanceClass: "db.r6g.large",
          Engine,
        });
      const look = async () => {
        const { DBClusters } = await world.call("rds", "DescribeDBClusters", { DBClusterIdentifier });
        type Member = { IsClusterWriter: boolean; DBInstanceIdentifier: string };
        return (DBClusters[0].DBClusterMembers as Member[]).find(({ IsClusterWriter }) => IsClusterWriter)
          ?.DBInstanceIdentifier as string;
      };
      return {
        target: ["Clusters", "aws:rds:cluster", arnIn(world, "rds", `cluster:${DBClusterIdentifier}`)],
        parameters: {},
        look,
      };
    },
  },
  "aws:rds:reboot-db-instances": {
    lasts: true,
    needs: ["postgres"],
    async stage(world) {
      const DBInstanceIdentifier = "shop";
      await dbInstance(world, {
        DBInstanceIdentifier,
        DBInstanceClass: "db.t3.micro",
        Engine: "postgres",
        DBName: "shop",
        Port: ports++,
        ...MASTER,
      });
      const look = async () => {
        const { DBInstances } = await world.call("rds", "DescribeDBInstances", { DBInstanceIdentifier });
        const { Address, Port } = DBInstances[0].Endpoint;
        return asked({ address: Address, port: Port }, "select pg_postmaster_start_time()", {
          user: "app",
          password: PASSWORD,
          database: "shop",
        });
      };
      return {
        target: ["DBInstances", "aws:rds:db", arnIn(world, "rds", `db:${DBInstanceIdentifier}`)],
        parameters: {},
        look,
      };
    },
  },
  "aws:s3:bucket-pause-replication": {
    async stage(world) {
      const [Bucket, copy] = [`from-${world.account}`, `to-${world.account}`];
      const elsewhere = { region: "eu-west-1" };
      await world.call("s3", "CreateBucket", { Bucket });
      await world.call(
        "s3",
        "CreateBucket",
        { Bucket: copy, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } },
        elsewhere,
      );
      const VersioningConfiguration = { Status: "Enabled" };
      await world.call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration });
      await world.call("s3", "PutBucketVersioning", { Bucket: copy, VersioningConfiguration }, elsewhere);
      await world.call("s3", "PutBucketReplication", {
        Bucket,
        ReplicationConfiguration: {
          Role: await role(world, "replicator"),
          Rules: [
            {
              ID: "all",
              Status: "Enabled",
              Priority: 1,
              Filter: { Prefix: "" },
              DeleteMarkerReplication: { Status: "Disabled" },
              Destination: { Bucket: `arn:aws:s3:::${copy}` },
            },
          ],
        },
      });
      let n = 0;
      const look = async () => {
        const Key = `object-${n++}`;
        await world.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from("x") });
        const status = async () => (await world.call("s3", "HeadObject", { Bucket, Key })).ReplicationStatus;
        await soon(async () => (await status()) === "COMPLETED");
        return status();
      };
      return {
        target: ["Buckets", "aws:s3:bucket", `arn:aws:s3:::${Bucket}`],
        parameters: { region: "eu-west-1", ...LONG },
        look,
      };
    },
  },
  "aws:ssm:send-command": {
    async stage(world) {
      const { arn, on } = await instance(world);
      const look = async () => {
        const { Commands } = await world.call("ssm", "ListCommands");
        return Commands.some(({ Status }: { Status: string }) =>
          /^(?:Pending|InProgress|Cancelling)$/.test(Status),
        )
          ? "runs"
          : "rests";
      };
      return {
        target: ["Instances", on, arn],
        parameters: {
          ...LONG,
          documentArn: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
          documentParameters: JSON.stringify({ commands: ["sleep 3600"] }),
        },
        look,
      };
    },
  },
  "aws:ssm:start-automation-execution": {
    async stage(world) {
      const Content = JSON.stringify({
        schemaVersion: "0.3",
        mainSteps: [{ name: "hold", action: "aws:sleep", inputs: { Duration: "PT1H" } }],
      });
      await world.call("ssm", "CreateDocument", { Name: "Hold", DocumentType: "Automation", Content });
      const look = async () => {
        const all = (await world.call("ssm", "DescribeAutomationExecutions")).AutomationExecutionMetadataList;
        return all.some((one: { AutomationExecutionStatus: string }) =>
          /^(?:Pending|InProgress|Cancelling)$/.test(one.AutomationExecutionStatus),
        )
          ? "runs"
          : "rests";
      };
      const documentArn = arnIn(world, "ssm", "document/Hold");
      return { parameters: { documentArn, maxDuration: "PT2H" }, look };
    },
  },
};

/** What acts, and does nothing to anybody: there is nothing to undo. */
export const HARMLESS = ["aws:cloudwatch:assert-alarm-state", "aws:fis:wait"];
