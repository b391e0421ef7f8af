import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { Command } from "commander";
import { parseAllDocuments } from "yaml";
import addGateway from "../src/cli/commands/gateway.ts";
import { testCloud } from "./cloud.ts";
import { emulator } from "./emulators.ts";
import { needs } from "./needs.ts";

const run = promisify(execFile);
const DEPLOY = fileURLToPath(new URL("../deploy/", import.meta.url));
const CHART = join(DEPLOY, "helm/squall-gateway");
/** A helm that is compiled from its source knows no version of Kubernetes by itself. */
const KUBERNETES = ["--kube-version", "1.31.0"];
const MAIN = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string }[];
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly initContainers?: readonly Container[];
      };
    };
  };
}

type Values = Readonly<Record<string, unknown>>;

const HTTP: Values = { to: ["http://moto:5000"] };
const AWS: Values = { to: ["aws"], allowRealAws: true, rootKey: { existingSecret: "squall-root" } };

/** Values of the chart, and the kinds that come of them beside the Deployment, its Service, budget and account. */
const RENDERED: Readonly<Record<string, readonly [values: Values, kinds: readonly string[]]>> = {
  "an emulator": [HTTP, ["Secret"]],
  "several upstreams": [{ to: ["http://moto:5000", "s3=http://minio:9000"], sign: false }, ["Secret"]],
  "real AWS": [
    {
      ...AWS,
      limits: { maxFaults: 200, maxShare: "5%", maxTtl: "30m" },
      serviceAccount: {
        annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/squall" },
      },
    },
    ["Secret"],
  ],
  "a fleet": [
    { ...HTTP, fleet: { existingSecret: "squall-fleet" }, adminToken: { existingSecret: "squall-admin" } },
    [],
  ],
  "a service of its own": [{ ...HTTP, own: ["sqs", "fis"], replicas: 1 }, ["Secret"]],
  "rules, workers and names": [
    {
      ...HTTP,
      rules: [{ service: "sqs", error: "throttle", percentage: 10 }],
      workers: "auto",
      hostNames: ["aws.example.com"],
      extraArgs: ["--upstream-timeout=30s"],
      extraEnv: [{ name: "AWS_REGION", value: "eu-west-1" }],
    },
    ["ConfigMap", "Secret"],
  ],
  everything: [
    {
      ...HTTP,
      autoscaling: { enabled: true },
      serviceMonitor: { enabled: true, labels: { release: "prometheus" } },
      networkPolicy: { enabled: true },
      podLabels: { team: "payments" },
      podAnnotations: { "example.com/a": "b" },
      nodeSelector: { "kubernetes.io/arch": "amd64" },
      tolerations: [{ key: "chaos", operator: "Exists" }],
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "topology.kubernetes.io/zone",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: { "app.kubernetes.io/name": "squall-gateway" } },
        },
      ],
      imagePullSecrets: [{ name: "registry" }],
    },
    ["HorizontalPodAutoscaler", "NetworkPolicy", "Secret", "ServiceMonitor"],
  ],
};

const ALWAYS = ["Deployment", "PodDisruptionBudget", "Service", "ServiceAccount"];

for (const [what, [values, kinds]] of Object.entries(RENDERED))
  test(
    `the chart renders ${what}: Kubernetes' schema holds, and squall gateway knows its flags`,
    needs("helm", "kubernetes-validate"),
    async (t) => {
      const file = await fileOf(t, JSON.stringify(values));
      await run("helm", ["lint", "--strict", ...KUBERNETES, CHART, "--values", file]);
      const text = await rendered(t, values);
      const manifests = manifestsOf(text);
      assert.deepEqual(manifests.map(({ kind }) => kind).sort(), [...ALWAYS, ...kinds].sort());
      // The Prometheus Operator's own kind is in no schema of Kubernetes.
      await validate(
        t,
        text
          .split(/^---$/m)
          .filter((one) => !one.includes("kind: ServiceMonitor"))
          .join("---\n"),
      );
      checkContainers(manifests);
    },
  );

test(
  "what the chart is given arrives: upstreams, bounds, names and where secrets come from",
  needs("helm"),
  async (t) => {
    const values = { ...AWS, limits: { maxFaults: 200, maxShare: "5%" }, fleet: { existingSecret: "store" } };
    const { spec } = manifestsOf(await rendered(t, values)).find(({ kind }) => kind === "Deployment")!;
    const [squall] = spec.template.spec.containers;
    assert.deepEqual(squall!.args, [
      "--to=aws",
      "--allow-real-aws",
      "--verify-signatures",
      "--max-faults=200",
      "--max-share=5%",
      "--host-name=blue-squall-gateway",
      "--host-name=blue-squall-gateway.shop",
      "--host-name=blue-squall-gateway.shop.svc",
      "--host-name=blue-squall-gateway.shop.svc.cluster.local",
      "--fleet-name=$(POD_NAME)",
      "--log-format=json",
    ]);
    const from = (name: string, secret: string, key: string) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    });
    assert.deepEqual(squall!.env.slice(1), [
      from("SQUALL_ADMIN_TOKEN", "blue-squall-gateway-admin", "token"),
      from("SQUALL_ROOT_KEY", "squall-root", "key"),
      from("SQUALL_FLEET", "store", "url"),
    ]);
  },
);

const REFUSED: readonly (readonly [values: Values, message: RegExp])[] = [
  [{}, /minItems|at least 1|greater than or equal to 1/],
  [{ to: ["s3=http://minio:9000"] }, /say where all calls go/],
  [{ to: ["aws"] }, /set allowRealAws=true, too/],
  [{ to: ["aws"], allowRealAws: true }, /rootKey\.existingSecret/],
  [{ to: ["https://{service}.example.com"] }, /rootKey\.existingSecret/],
  [{ to: ["http://moto:5000"], sign: true }, /rootKey\.existingSecret/],
  [{ ...HTTP, own: ["sqs"] }, /set replicas=1/],
  [{ ...HTTP, own: ["sqs"], replicas: 1, autoscaling: { enabled: true } }, /no autoscaling/],
  [{ ...HTTP, replica: 3 }, /replica/],
];

test("the chart refuses what the gateway would refuse when it starts", needs("helm"), async (t) => {
  for (const [values, message] of REFUSED)
    await assert.rejects(rendered(t, values), ({ stderr }: { stderr: string }) => {
      assert.match(stderr, message, JSON.stringify(values));
      return true;
    });
});

for (const name of ["gateway", "sidecar"])
  test(`the manifest ${name}.yaml holds by Kubernetes' schema`, needs("kubernetes-validate"), async () => {
    await run("kubernetes-validate", ["--strict", join(DEPLOY, `kubernetes/${name}.yaml`)]);
  });

for (const name of ["gateway", "sidecar"])
  test(`the manifest ${name}.yaml gives squall gateway flags that it knows`, async () => {
    checkContainers(manifestsOf(await readFile(join(DEPLOY, `kubernetes/${name}.yaml`), "utf8")));
  });

test("the plain manifest and the chart say the same of a pod", needs("helm"), async (t) => {
  const plain = manifestsOf(await readFile(join(DEPLOY, "kubernetes/gateway.yaml"), "utf8"));
  const values = {
    to: ["http://moto.default.svc:5000"],
    limits: { maxTtl: "1h", maxShare: "20%" },
    fleet: { existingSecret: "squall-fleet" },
    adminToken: { existingSecret: "squall-admin" },
  };
  const podOf = (manifests: readonly Manifest[]) => {
    const pod = manifests.find(({ kind }) => kind === "Deployment")!.spec.template.spec;
    const {
      serviceAccountName: _,
      containers,
      ...rest
    } = pod as typeof pod & { serviceAccountName?: string };
    return {
      ...rest,
      containers: containers.map(
        ({ args, imagePullPolicy: __, ...container }: Container & { imagePullPolicy?: string }) => ({
          ...container,
          args: args.filter((one) => !one.startsWith("--host-name=")).sort(),
        }),
      ),
    };
  };
  assert.deepEqual(podOf(plain), podOf(manifestsOf(await rendered(t, values, "squall-gateway"))));
});

test(
  "a gateway needs no more of its file system than /tmp, as the manifests give it",
  needs("bwrap", "moto"),
  async (t) => {
    await using moto = await emulator("moto");
    const child = spawn(
      "bwrap",
      [
        ...[
          "--ro-bind",
          "/",
          "/",
          "--proc",
          "/proc",
          "--dev",
          "/dev",
          "--tmpfs",
          "/tmp",
          "--die-with-parent",
        ],
        // The sources may lie there.
        ...[
          "--ro-bind",
          fileURLToPath(new URL("../", import.meta.url)),
          fileURLToPath(new URL("../", import.meta.url)),
        ],
        ...[process.execPath, "--conditions=squall-source", MAIN, "gateway", `--to=${moto.url}`, "--port=0"],
        ...["--max-ttl=1h", "--max-share=20%", "--log-format=json"],
      ],
      { env: { PATH: process.env["PATH"], HOME: "/home/nobody-has" }, stdio: ["ignore", "pipe", "inherit"] },
    );
    t.after(() => child.kill());
    let url: string | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      url ??= /listens on (http:[^, ]+)/.exec(line)?.[1];
      if (line === "Ready.") break;
    }
    const answer = await fetch(`${url}/?Action=ListQueues&Version=2012-11-05`, {
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
      },
    });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("server") ?? "", /Werkzeug/, "moto's own answer");
  },
);

test(
  "the systemd unit is one that systemd takes, and leaves little exposed",
  needs("systemd-analyze"),
  async () => {
    const unit = join(DEPLOY, "systemd/squall-gateway.service");
    const { stdout, stderr } = await run("systemd-analyze", ["verify", unit]);
    assert.equal(stdout + stderr, "");
    await run("systemd-analyze", ["security", "--offline=true", "--threshold=20", unit]);
  },
);

test("the systemd unit's options are flags that squall gateway knows", async () => {
  const environment = await readFile(join(DEPLOY, "systemd/gateway.env"), "utf8");
  const [, options] = /^OPTIONS=(.*)$/m.exec(environment)!;
  assert.deepEqual(unknownOf(options!.split(" ")), []);
});

test("Squall's own ECS takes the task definition and gives it back whole", async () => {
  await using cloud = await testCloud();
  const ecs = new ECSClient({
    endpoint: cloud.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "111122223333", secretAccessKey: "test" },
  });
  const given = JSON.parse(
    await readFile(join(DEPLOY, "ecs/task-definition.json"), "utf8"),
  ) as RegisterTaskDefinitionCommandInput;
  await ecs.send(new RegisterTaskDefinitionCommand(given));
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: "squall-gateway:1" }),
  );
  assert.partialDeepStrictEqual(taskDefinition, given);
  const [{ entryPoint = [], command = [] } = {}] = given.containerDefinitions ?? [];
  assert.deepEqual(entryPoint.slice(0, 2), ["squall", "gateway"]);
  assert.deepEqual(unknownOf([...entryPoint.slice(2), ...command]), []);
  ecs.destroy();
});

/** Every container of the gateway's has flags that are there, a root that is read only, and no secret in its arguments. */
function checkContainers(manifests: readonly Manifest[]): void {
  const pods = manifests.flatMap(({ kind, spec }) => (kind === "Deployment" ? spec.template.spec : []));
  const squalls = pods
    .flatMap(({ containers, initContainers = [] }) => [...containers, ...initContainers])
    .filter(({ name }) => name === "squall");
  assert.equal(squalls.length, 1);
  for (const { args, securityContext } of squalls) {
    assert.deepEqual(unknownOf(args), []);
    assert.equal(securityContext.readOnlyRootFilesystem, true);
    assert.ok(!args.some((one) => /^--(?:admin-token|root-key|fleet)=/.test(one)));
  }
}

/** The flags that squall gateway does not know. */
function unknownOf(args: readonly string[]): readonly string[] {
  const program = new Command();
  addGateway(program);
  const [gateway] = program.commands;
  const { operands, unknown } = gateway!.parseOptions([...args]);
  return [...operands, ...unknown];
}

/** The chart's manifests as a release of these values has them. */
async function rendered(t: TestContext, values: Values, release = "blue"): Promise<string> {
  const file = await fileOf(t, JSON.stringify(values));
  const args = ["template", release, CHART, ...KUBERNETES, "--namespace", "shop", "--values", file];
  return (await run("helm", args)).stdout;
}

const manifestsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() as Manifest | null) ?? []);

async function fileOf(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "deploy-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "file.yaml");
  await writeFile(file, text);
  return file;
}

async function validate(t: TestContext, text: string): Promise<void> {
  await run("kubernetes-validate", ["--strict", await fileOf(t, text)]);
}
