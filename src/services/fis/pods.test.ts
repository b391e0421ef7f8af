import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { KubeApiserver } from "../../../test/kube-apiserver.ts";
import { until } from "../../../test/until.ts";

/* Actions on pods, against an API server whose kubelet runs every container at once. What each fault's script does is in scripts.test.ts. */

const PODS = "/api/v1/namespaces/default/pods";
const ZONE = "topology.kubernetes.io/zone";
const DELETE = "aws:eks:pod-delete";
const LATENCY = "aws:eks:pod-network-latency";
const CPU = "aws:eks:pod-cpu-stress";
const NOT_ALLOWED =
  "Unable to inject AWS FIS Pod: Kubernetes API returned status code 403. Check Amazon EKS logs for more details";

interface Asked {
  readonly action?: Readonly<Record<string, string>>;
  readonly target?: Readonly<Record<string, string>>;
  readonly selectionMode?: string;
  readonly mode?: string;
}

/** A cluster with a deployment's three pods in two zones, and a cloud that knows it. */
async function bed({ kubeconfig, settings = {} }: { kubeconfig?: string; settings?: object } = {}) {
  const server = await KubeApiserver.start();
  const account = newAccount();
  for (const [name, zone] of [
    ["node-1", "us-east-1a"],
    ["node-2", "us-east-1b"],
  ] as const)
    server.put("/api/v1/nodes", {
      metadata: { name, labels: { [ZONE]: zone } },
      spec: { podCIDRs: [`10.${name.at(-1)}.0.0/24`] },
    });
  for (const n of [1, 2, 3])
    server.pod(`cart-${n}`, { labels: { app: "cart" }, node: n === 3 ? "node-2" : "node-1" });
  server.pod("other", { labels: { app: "other" } });
  server.put("/apis/apps/v1/namespaces/default/deployments", {
    metadata: { name: "cart" },
    spec: {
      selector: {
        matchLabels: { app: "cart" },
        matchExpressions: [{ key: "app", operator: "In", values: ["cart"] }],
      },
    },
  });
  server.put("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "chaos" } });
  const cloud = await testCloud({
    settings: { eks: { kubeconfig: kubeconfig ?? server.kubeconfig() }, ...settings },
  });
  // biome-ignore lint/suspicious/noExplicitAny: outputs of all operations
  const call = (operation: string, input: object): Promise<any> =>
    cloud.call("fis", operation, input, { account, region: "us-east-1" });
  const begin = async (
    actionId: string,
    { action = {}, target = {}, selectionMode = "ALL", mode = "fail" }: Asked = {},
  ) => {
    const { experimentTemplate } = await call("CreateExperimentTemplate", {
      clientToken: crypto.randomUUID(),
      description: actionId,
      roleArn: `arn:aws:iam::${account}:role/experimenter`,
      stopConditions: [{ source: "none" }],
      experimentOptions: { emptyTargetResolutionMode: mode },
      targets: {
        pods: {
          resourceType: "aws:eks:pod",
          selectionMode,
          parameters: {
            clusterIdentifier: "shop",
            namespace: "default",
            selectorType: "labelSelector",
            selectorValue: "app=cart",
            ...target,
          },
        },
      },
      actions: {
        act: {
          actionId,
          targets: { Pods: "pods" },
          parameters: {
            kubernetesServiceAccount: "chaos",
            ...(actionId !== DELETE && { duration: "PT1H" }),
            ...action,
          },
        },
      },
    });
    const { experiment } = await call("StartExperiment", {
      clientToken: crypto.randomUUID(),
      experimentTemplateId: experimentTemplate.id,
    });
    return experiment.id as string;
  };
  const get = async (id: string) => (await call("GetExperiment", { id })).experiment;
  /** An action that runs, or an experiment that is over. */
  const state = async (id: string) =>
    until(
      async () => {
        const { state, actions } = await get(id);
        const { status } = actions.act.state;
        return status === "running" && state.status === "running"
          ? "running"
          : `${state.status}: ${state.reason}`;
      },
      (text) => /^(?:running$|completed|stopped|failed|cancelled)/.test(text),
    );
  const over = (id: string) =>
    until(
      async () => (await get(id)).state,
      ({ status }) => /^(?:completed|stopped|failed)$/.test(status),
    );
  return {
    server,
    cloud,
    account,
    call,
    begin,
    state,
    over,
    async [Symbol.asyncDispose]() {
      await cloud.stop();
      await server.stop();
    },
  };
}

test("pods are found by label, deployment or name, by zone, and as many as the selection mode says", async () => {
  await using at = await bed();
  const resolved = async (asked: Asked) => {
    const id = await at.begin(CPU, asked);
    await at.state(id);
    const { resolvedTargets } = await at.call("ListExperimentResolvedTargets", { experimentId: id });
    await at.call("StopExperiment", { id });
    await at.over(id);
    return resolvedTargets
      .map(({ targetInformation }: { targetInformation: { pod_name: string } }) => targetInformation.pod_name)
      .sort();
  };
  assert.deepEqual(await resolved({}), ["cart-1", "cart-2", "cart-3"]);
  assert.deepEqual(await resolved({ target: { selectorType: "deploymentName", selectorValue: "cart" } }), [
    "cart-1",
    "cart-2",
    "cart-3",
  ]);
  assert.deepEqual(await resolved({ target: { selectorType: "podName", selectorValue: "other" } }), [
    "other",
  ]);
  assert.deepEqual(await resolved({ target: { availabilityZoneIdentifier: "us-east-1b" } }), ["cart-3"]);
  assert.equal((await resolved({ selectionMode: "COUNT(2)" })).length, 2);
  const arn = `arn:aws:eks:us-east-1:${at.account}:cluster/shop`;
  assert.deepEqual(await resolved({ target: { clusterIdentifier: arn }, selectionMode: "ALL" }), [
    "cart-1",
    "cart-2",
    "cart-3",
  ]);
  const id = await at.begin(CPU, { target: { selectorValue: "app=other", targetContainerName: "proxy" } });
  const [one] = (await at.call("ListExperimentResolvedTargets", { experimentId: id })).resolvedTargets;
  assert.deepEqual(one.targetInformation, {
    cluster_arn: arn,
    namespace: "default",
    pod_name: "other",
    target_container_name: "proxy",
  });
});

test("a pod that is ending, or does not run yet, is no target", async () => {
  await using at = await bed();
  at.server.at(`${PODS}/cart-1`).metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  at.server.at(`${PODS}/cart-2`).status.phase = "Pending";
  const id = await at.begin(DELETE, { action: { gracePeriodSeconds: "0" } });
  assert.equal(await at.state(id), "completed: Experiment completed.");
  assert.deepEqual(at.server.names(PODS), ["cart-1", "cart-2", "other"]);
  const none = await at.begin(DELETE, { target: { selectorValue: "app=none" } });
  assert.equal(await at.state(none), "failed: Target resolution returned empty set.");
  const skipped = await at.begin(DELETE, { target: { selectorValue: "app=none" }, mode: "skip" });
  assert.equal(await at.state(skipped), "completed: Experiment completed.");
});

test("pods are deleted in the name of the service account, with the grace that is given", async () => {
  await using at = await bed();
  await at.state(await at.begin(DELETE, { target: { selectorType: "podName", selectorValue: "other" } }));
  const other = at.server.at(`${PODS}/other`);
  assert.equal(other.metadata.deletionGracePeriodSeconds, 30);
  await at.state(await at.begin(DELETE, { action: { gracePeriodSeconds: "7" } }));
  assert.equal(at.server.at(`${PODS}/cart-2`).metadata.deletionGracePeriodSeconds, 7);
  const deleted = at.server.asked.filter(({ method }) => method === "DELETE").map(({ as }) => as);
  assert.deepEqual(new Set(deleted), new Set(["system:serviceaccount:default:chaos"]));
});

test("a fault runs in an ephemeral container beside the target, and is ended by its own process", async () => {
  await using at = await bed();
  const id = await at.begin(LATENCY, {
    target: { targetContainerName: "proxy" },
    action: { sources: "us-east-1b,10.9.0.0/16,example.com" },
  });
  assert.equal(await at.state(id), "running");
  const [container] = at.server.at(`${PODS}/cart-1`).spec.ephemeralContainers;
  const { name, image, targetContainerName, securityContext, command } = container;
  assert.match(name, /^fis-exp[a-z0-9]+-[0-9a-f]{8}$/);
  assert.deepEqual([image, targetContainerName], ["ghcr.io/chaos-mesh/chaos-daemon:v2.7.2", "proxy"]);
  assert.deepEqual(securityContext, { capabilities: { add: ["NET_ADMIN", "NET_RAW"] } });
  assert.deepEqual(command.slice(0, 2), ["sh", "-c"]);
  for (const word of [
    "delay 200ms 10ms",
    "-d 10.2.0.0/24 ",
    "-d 10.9.0.0/16 ",
    "-d example.com ",
    "sleep 3600",
  ])
    assert.ok(command[2].includes(word), word);
  const { state } = await at
    .call("StopExperiment", { id })
    .then(() => at.over(id).then((state) => ({ state })));
  assert.equal(state.status, "stopped");
  assert.deepEqual(
    [1, 2, 3].map((n) => at.server.containers(`cart-${n}`)),
    [["terminated"], ["terminated"], ["terminated"]],
  );
  assert.equal(at.server.executed[0], `default/cart-1/${name} sh -c kill -TERM "$(cat /tmp/squall-fis.pid)"`);
});

test("the image is the template's, unless that is AWS's own, which has none of the tools", async () => {
  await using at = await bed({ settings: { fis: { "pod-image": "tools:1" } } });
  const imageWith = async (fisPodContainerImage: string) => {
    const id = await at.begin(CPU, { action: { fisPodContainerImage } });
    await at.state(id);
    await at.call("StopExperiment", { id });
    await at.over(id);
    return at.server.at(`${PODS}/cart-1`).spec.ephemeralContainers.at(-1).image;
  };
  assert.equal(await imageWith("my/tools:2"), "my/tools:2");
  assert.equal(await imageWith("731367659002.dkr.ecr.us-east-1.amazonaws.com/aws-fis-pod:0.1"), "tools:1");
});

test("somebody else's change of the pod at the same moment is no failure", async () => {
  await using at = await bed();
  let times = 0;
  at.server.forbids = ({ method, path }) => {
    const pod = at.server.at(`${PODS}/cart-1`);
    if (method === "PUT" && path.includes("cart-1") && times++ < 2)
      pod.metadata.resourceVersion = `other-${times}`;
    return false;
  };
  assert.equal(await at.state(await at.begin(CPU)), "running");
  assert.deepEqual([times, at.server.containers("cart-1")], [3, ["running"]]);
});

test("what is refused fails the action in AWS's words, with nothing left behind", async () => {
  await using at = await bed();
  const refused = async (actionId: string, asked: Asked = {}) => at.state(await at.begin(actionId, asked));
  assert.equal(
    await refused(CPU, { action: { kubernetesServiceAccount: "nobody" } }),
    `failed: ${NOT_ALLOWED}`,
  );
  at.server.forbids = ({ method, path }) => method === "PUT" && path.includes("cart-2");
  assert.equal(await refused(CPU), `failed: ${NOT_ALLOWED}`);
  await until(() => at.server.containers("cart-1")[0] === "terminated");
  assert.deepEqual(at.server.containers("cart-2"), []);
  assert.equal(await refused(CPU, { action: { maxErrorsPercent: "34" } }), "running");
  at.server.forbids = ({ path, method }) => method === "GET" && path === PODS;
  assert.equal(
    await refused(CPU),
    "failed: Error resolving targets. Kubernetes API returned ApiException with error code 403",
  );
  at.server.forbids = () => false;
});

test("a pod that cannot have a fault fails it, by the reason", async () => {
  const reasons: readonly (readonly [string, object, string])[] = [
    [
      CPU,
      { containers: [{ name: "app", securityContext: { readOnlyRootFilesystem: true } }] },
      "the securityContext of the pod odd has readOnlyRootFilesystem: true",
    ],
    [
      DELETE,
      { containers: [{ name: "app", securityContext: { readOnlyRootFilesystem: true } }] },
      "the securityContext of the pod odd has readOnlyRootFilesystem: true",
    ],
    [LATENCY, { hostNetwork: true }, "the pod odd has the network of its node (hostNetwork: true)"],
    [
      LATENCY,
      { securityContext: { runAsUser: 1000 } },
      "the securityContext of the pod odd does not let an ephemeral container be root",
    ],
    [
      LATENCY,
      { securityContext: { runAsNonRoot: true } },
      "the securityContext of the pod odd does not let an ephemeral container be root",
    ],
    [LATENCY, { node: "fargate" }, "the pod odd is on AWS Fargate"],
  ];
  await using at = await bed();
  at.server.put("/api/v1/nodes", {
    metadata: { name: "fargate", labels: { "eks.amazonaws.com/compute-type": "fargate" } },
  });
  for (const [actionId, spec, reason] of reasons) {
    at.server.pod("odd", { labels: { app: "odd" }, ...spec });
    const id = await at.begin(actionId, { target: { selectorValue: "app=odd" } });
    assert.equal(await at.state(id), `failed: Unable to inject AWS FIS Pod: ${reason}.`);
  }
  at.server.pod("odd", { labels: { app: "odd" }, hostNetwork: true, securityContext: { runAsUser: 1000 } });
  const id = await at.begin(CPU, { target: { selectorValue: "app=odd" } });
  assert.equal(await at.state(id), "running");
  const none = await at.begin(CPU, { target: { targetContainerName: "none" } });
  assert.match(
    await at.state(none),
    /^failed: Unable to inject AWS FIS Pod: the pod cart-\d has no container none\.$/,
  );
});

test("an image that cannot be had, and a container that ends before its time, fail the action", async () => {
  await using at = await bed();
  at.server.starts = () => ({ waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } });
  assert.equal(
    await at.state(await at.begin(CPU)),
    "failed: Unable to inject AWS FIS Pod: ImagePullBackOff: Back-off pulling image",
  );
  at.server.starts = () => ({ running: {} });
  const id = await at.begin(CPU);
  assert.equal(await at.state(id), "running");
  const pod = at.server.at(`${PODS}/cart-1`);
  at.server.become(pod, pod.spec.ephemeralContainers.at(-1).name, {
    terminated: { exitCode: 137, reason: "OOMKilled" },
  });
  const { status, reason } = await at.over(id);
  assert.equal(
    `${status}: ${reason}`,
    "failed: Unable to heartbeat FIS Pod: Max failed sidecar containers reached",
  );
});

test("an action ends with its time, and a container that has ended by itself is not told", async () => {
  await using at = await bed();
  const id = await at.begin(CPU);
  await at.state(id);
  for (const n of [1, 2]) {
    const pod = at.server.at(`${PODS}/cart-${n}`);
    at.server.become(pod, pod.spec.ephemeralContainers.at(-1).name, {
      terminated: { exitCode: 0, reason: "Completed" },
    });
  }
  await at.cloud.clock.advance("PT1H");
  assert.equal((await at.over(id)).status, "completed");
  assert.deepEqual(
    at.server.executed.map((line) => line.split("/")[1]),
    ["cart-3"],
  );
});

test("without a cluster it is said what to do", async () => {
  await using at = await bed({ kubeconfig: "" });
  assert.equal(
    await at.state(await at.begin(CPU)),
    "failed: Error resolving targets. No cluster found for name: shop. Start Squall with KUBECONFIG (or --eks-kubeconfig) naming the kubeconfig of a Kubernetes cluster: its contexts are EKS's clusters.",
  );
  await using other = await bed();
  assert.equal(
    await other.state(await other.begin(CPU, { target: { clusterIdentifier: "bank" } })),
    "failed: Error resolving targets. No cluster found for name: bank. The kubeconfig has shop.",
  );
});

test("a source that no packet filter knows fails by name, and interfaces are names", async () => {
  await using at = await bed();
  assert.match(
    await at.state(await at.begin(LATENCY, { action: { sources: "DYNAMODB" } })),
    /^failed: Squall knows ALL, IPv4 addresses, CIDR blocks, domain names and Availability Zones as a source in a cluster, and not DYNAMODB\.$/,
  );
  assert.equal(
    await at.state(await at.begin(LATENCY, { action: { sources: "us-west-2a" } })),
    "failed: There is no node in us-west-2a.",
  );
  await assert.rejects(
    at.begin(LATENCY, { action: { interface: "eth0; reboot" } }),
    /interface must be names of interfaces, ALL or DEFAULT/,
  );
});

test("a Squall that stops, or is reset, ends what it has done in pods", async () => {
  await using at = await bed();
  await at.state(await at.begin(CPU));
  await at.cloud.reset();
  await until(() => at.server.containers("cart-1").at(-1) === "terminated");
  await at.state(await at.begin(CPU));
  assert.deepEqual(at.server.containers("cart-1"), ["terminated", "running"]);
  await at.cloud.stop();
  assert.deepEqual(
    [1, 2, 3].map((n) => at.server.containers(`cart-${n}`).at(-1)),
    ["terminated", "terminated", "terminated"],
  );
});

test("who may not tell a container to end waits for it to end by itself, and otherwise says that it goes on", async () => {
  await using at = await bed();
  at.server.forbids = ({ path }) => path.endsWith("/exec");
  const target = { selectorType: "podName", selectorValue: "other" };
  const first = await at.begin(CPU, { target });
  await at.state(first);
  const pod = at.server.at(`${PODS}/other`);
  const ends = at.cloud.clock.advance("PT1H");
  await until(() => at.server.asked.some(({ path }) => path.endsWith("/exec")));
  at.server.become(pod, pod.spec.ephemeralContainers[0].name, { terminated: { exitCode: 0 } });
  await ends;
  assert.equal((await at.over(first)).status, "completed");
  const second = await at.begin(CPU, { target });
  await at.state(second);
  await at.call("StopExperiment", { id: second });
  const { actions } = await at
    .over(second)
    .then(() => at.call("GetExperiment", { id: second }))
    .then(({ experiment }) => experiment);
  assert.match(
    actions.act.state.reason,
    /The container fis-exp.* of the pod default\/other goes on until its time is over: 403 Forbidden\./,
  );
});
