import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { KubeApiserver } from "../../../test/kube-apiserver.ts";
import { until } from "../../../test/until.ts";

/* Actions on clusters and node groups, and what an experiment's role has to be allowed for those on pods. */

const CHAOS = "/apis/chaos-mesh.org/v1alpha1/namespaces/chaos/podchaos";
const ENGINES = "/apis/litmuschaos.io/v1alpha1/namespaces/chaos/chaosengines";
const RESOURCE = "aws:eks:inject-kubernetes-custom-resource";
const TERMINATE = "aws:eks:terminate-nodegroup-instances";

async function bed(options: object = {}, contexts = ["shop"]) {
  const server = await KubeApiserver.start();
  const account = newAccount();
  const cloud = await testCloud({
    settings: { eks: { kubeconfig: server.kubeconfig(contexts) } },
    ...options,
  });
  // biome-ignore lint/suspicious/noExplicitAny: outputs of all operations
  const call = (service: string, operation: string, input: object = {}): Promise<any> =>
    cloud.call(service, operation, input, { account, region: "us-east-1" });
  const begin = async (
    actionId: string,
    parameters: object,
    target: object,
    key: string,
    accounts: readonly string[] = [],
  ): Promise<string> => {
    const { experimentTemplate } = await call("fis", "CreateExperimentTemplate", {
      clientToken: crypto.randomUUID(),
      description: actionId,
      roleArn: `arn:aws:iam::${account}:role/experimenter`,
      stopConditions: [{ source: "none" }],
      ...(accounts.length > 0 && { experimentOptions: { accountTargeting: "multi-account" } }),
      targets: { them: { selectionMode: "ALL", ...target } },
      actions: { act: { actionId, targets: { [key]: "them" }, parameters } },
    });
    for (const accountId of accounts)
      await call("fis", "CreateTargetAccountConfiguration", {
        experimentTemplateId: experimentTemplate.id,
        accountId,
        roleArn: `arn:aws:iam::${accountId}:role/target`,
      });
    const { experiment } = await call("fis", "StartExperiment", {
      clientToken: crypto.randomUUID(),
      experimentTemplateId: experimentTemplate.id,
    });
    return experiment.id;
  };
  const over = (id: string) =>
    until(
      async () => (await call("fis", "GetExperiment", { id })).experiment.state,
      ({ status }) => /^(?:completed|stopped|failed)$/.test(status),
    );
  return {
    server,
    cloud,
    account,
    call,
    begin,
    over,
    inject: (
      parameters: object = {},
      arn = `arn:aws:eks:us-east-1:${account}:cluster/shop`,
      accounts: readonly string[] = [],
    ) =>
      begin(
        RESOURCE,
        {
          kubernetesApiVersion: "chaos-mesh.org/v1alpha1",
          kubernetesKind: "PodChaos",
          kubernetesNamespace: "chaos",
          kubernetesSpec: JSON.stringify({ action: "pod-kill", mode: "one" }),
          maxDuration: "PT10M",
          ...parameters,
        },
        { resourceType: "aws:eks:cluster", resourceArns: [arn] },
        "Cluster",
        accounts,
      ),
    async [Symbol.asyncDispose]() {
      await cloud.stop();
      await server.stop();
    },
  };
}

test("a custom resource is there until the action's time is over", async () => {
  await using at = await bed();
  const id = await at.inject();
  const [name = ""] = await until(
    () => at.server.names(CHAOS),
    (names) => names.length === 1,
  );
  const { kind, apiVersion, metadata, spec } = at.server.at(`${CHAOS}/${name}`);
  assert.deepEqual(
    [kind, apiVersion, metadata.namespace, spec],
    ["PodChaos", "chaos-mesh.org/v1alpha1", "chaos", { action: "pod-kill", mode: "one" }],
  );
  assert.match(name, /^fis-exp[a-z0-9]+-[0-9a-f]{8}$/);
  await until(
    async () =>
      (await at.call("fis", "GetExperiment", { id })).experiment.actions.act.state.status === "running",
  );
  await at.cloud.clock.advance("PT10M");
  assert.equal((await at.over(id)).status, "completed");
  assert.deepEqual(at.server.names(CHAOS), []);
});

test("a custom resource that says that it is done ends the action, and is deleted", async () => {
  await using at = await bed();
  const recovered = (status: string) => [{ type: "AllRecovered", status }];
  const chaos = await at.inject();
  const [name = ""] = await until(
    () => at.server.names(CHAOS),
    (names) => names.length === 1,
  );
  const resource = at.server.at(`${CHAOS}/${name}`);
  // It has not begun: nothing is to be recovered yet.
  resource.status = { experiment: { desiredPhase: "Run" }, conditions: recovered("True") };
  const engine = await at.inject({
    kubernetesApiVersion: "litmuschaos.io/v1alpha1",
    kubernetesKind: "ChaosEngine",
  });
  const [other = ""] = await until(
    () => at.server.names(ENGINES),
    (names) => names.length === 1,
  );
  at.server.at(`${ENGINES}/${other}`).status = { engineStatus: "completed" };
  assert.equal((await at.over(engine)).status, "completed");
  assert.deepEqual([at.server.names(ENGINES), at.server.names(CHAOS)], [[], [name]]);
  resource.status = { experiment: { desiredPhase: "Stop" }, conditions: recovered("True") };
  assert.equal((await at.over(chaos)).status, "completed");
  assert.deepEqual(at.server.names(CHAOS), []);
});

test("a kind that is not installed, a refusal and a cluster that is not there are the reason", async () => {
  await using at = await bed();
  const reason = async (parameters: object, arn?: string) =>
    (await at.over(await at.inject(parameters, arn))).reason;
  assert.equal(
    await reason({ kubernetesKind: "TimeChaos" }),
    "The cluster has no kind TimeChaos in chaos-mesh.org/v1alpha1.",
  );
  at.server.forbids = ({ method }) => method === "POST";
  assert.equal(
    await reason({}),
    `Unable to create the custom resource: Kubernetes API returned status code 403. User cannot POST ${CHAOS}`,
  );
  const other = `arn:aws:eks:us-east-1:${at.account}:cluster/bank`;
  assert.equal(await reason({}, other), "Target resolution returned empty set.");
  await using none = await bed({ settings: {} });
  assert.match(
    (await none.over(await none.inject())).reason,
    /^Error resolving targets\. No cluster found for name: shop\. Start Squall with KUBECONFIG/,
  );
});

test("a share of a node group's nodes loses its pods and goes", async () => {
  await using at = await bed();
  for (const n of [1, 2, 3, 4]) {
    const labels = n === 4 ? {} : { "eks.amazonaws.com/nodegroup": "workers" };
    at.server.put("/api/v1/nodes", { metadata: { name: `node-${n}`, labels } });
    at.server.pod(`pod-${n}`, { node: `node-${n}`, namespace: n % 2 === 0 ? "a" : "b" });
  }
  const { nodegroup } = await at.call("eks", "DescribeNodegroup", {
    clusterName: "shop",
    nodegroupName: "workers",
  });
  const terminate = (instanceTerminationPercentage: string, arn = nodegroup.nodegroupArn) =>
    at
      .begin(
        TERMINATE,
        { instanceTerminationPercentage },
        { resourceType: "aws:eks:nodegroup", resourceArns: [arn] },
        "Nodegroups",
      )
      .then(at.over);
  assert.equal((await terminate("40")).status, "completed");
  const left = at.server.names("/api/v1/nodes");
  assert.equal(left.length, 2);
  assert.deepEqual(
    at.server.names("/api/v1/pods").sort(),
    left.map((name) => name.replace("node", "pod")).sort(),
  );
  assert.equal((await terminate("100")).status, "completed");
  assert.deepEqual(at.server.names("/api/v1/nodes"), ["node-4"]);
  assert.equal((await terminate("100")).reason, "Target resolution returned empty set.");
});

test("of several clusters those alone are asked that ARNs name", async () => {
  await using at = await bed({}, ["bank", "shop", "zoo"]);
  at.server.put("/api/v1/nodes", {
    metadata: { name: "node-1", labels: { "eks.amazonaws.com/nodegroup": "workers" } },
  });
  const { nodegroup } = await at.call("eks", "DescribeNodegroup", {
    clusterName: "shop",
    nodegroupName: "workers",
  });
  at.server.asked.splice(0);
  await at.inject();
  await until(() => at.server.names(CHAOS).length === 1);
  assert.equal(at.server.asked.filter(({ path }) => path === "/version").length, 1);
  at.server.asked.splice(0);
  const resourceArns = [nodegroup.nodegroupArn];
  const target = { resourceType: "aws:eks:nodegroup", resourceArns };
  const id = await at.begin(TERMINATE, { instanceTerminationPercentage: "1" }, target, "Nodegroups");
  assert.equal((await at.over(id)).status, "completed");
  // Its node groups, the one of them, and again by the action, which then looks for its nodes.
  const looks = at.server.asked.filter(({ method, path }) => method === "GET" && path === "/api/v1/nodes");
  assert.equal(looks.length, 4);
});

test("what an ARN names is looked for in its own account alone", async () => {
  await using at = await bed();
  const accounts = [newAccount(), newAccount()];
  const [, last = ""] = accounts;
  const clusterArn = `arn:aws:eks:us-east-1:${last}:cluster/shop`;
  at.server.pod("cart", { node: "node-3" });
  at.server.put("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "chaos" } });
  for (const name of ["node-1", "node-2"])
    at.server.put("/api/v1/nodes", {
      metadata: { name, labels: { "eks.amazonaws.com/nodegroup": "workers" } },
    });

  await at.inject({}, clusterArn, accounts);
  await until(() => at.server.names(CHAOS).length === 1);
  const elsewhere = await at.inject({}, `arn:aws:eks:us-east-1:${at.account}:cluster/shop`, accounts);
  assert.equal((await at.over(elsewhere)).reason, "Target resolution returned empty set.");

  const described = accounts.map((account) =>
    at.cloud.call<{ nodegroup: { nodegroupArn: string } }>(
      "eks",
      "DescribeNodegroup",
      { clusterName: "shop", nodegroupName: "workers" },
      { account, region: "us-east-1" },
    ),
  );
  const resourceArns = (await Promise.all(described)).map(({ nodegroup }) => nodegroup.nodegroupArn);
  const terminated = await at.begin(
    TERMINATE,
    { instanceTerminationPercentage: "50" },
    { resourceType: "aws:eks:nodegroup", resourceArns },
    "Nodegroups",
    accounts,
  );
  assert.equal((await at.over(terminated)).status, "completed");
  assert.deepEqual(at.server.names("/api/v1/nodes"), []);

  const parameters = {
    clusterIdentifier: clusterArn,
    namespace: "default",
    selectorType: "podName",
    selectorValue: "cart",
  };
  const deleted = await at.begin(
    "aws:eks:pod-delete",
    { kubernetesServiceAccount: "chaos" },
    { resourceType: "aws:eks:pod", parameters },
    "Pods",
    accounts,
  );
  assert.equal((await at.over(deleted)).status, "completed");
  const { resolvedTargets } = await at.call("fis", "ListExperimentResolvedTargets", {
    experimentId: deleted,
  });
  assert.deepEqual(
    resolvedTargets.map((one: { targetInformation: object }) => one.targetInformation),
    [{ cluster_arn: clusterArn, namespace: "default", pod_name: "cart", target_container_name: "app" }],
  );
});

test("the experiment's role has to be allowed to describe the cluster of its pods", async () => {
  await using at = await bed({ iam: "enforce" });
  at.server.pod("cart", { labels: { app: "cart" } });
  at.server.put("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "chaos" } });
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "fis.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  await at.call("iam", "CreateRole", { RoleName: "experimenter", AssumeRolePolicyDocument });
  const parameters = {
    clusterIdentifier: "shop",
    namespace: "default",
    selectorType: "podName",
    selectorValue: "cart",
  };
  const remove = () =>
    at
      .begin(
        "aws:eks:pod-delete",
        { kubernetesServiceAccount: "chaos", gracePeriodSeconds: "0" },
        { resourceType: "aws:eks:pod", parameters },
        "Pods",
      )
      .then(at.over);
  assert.match(
    (await remove()).reason,
    /^AccessDeniedException: .* is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:us-east-1:\d+:cluster\/shop/,
  );
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "eks:DescribeCluster", Resource: "*" }],
  });
  await at.call("iam", "PutRolePolicy", { RoleName: "experimenter", PolicyName: "eks", PolicyDocument });
  assert.equal((await remove()).status, "completed");
  assert.deepEqual(at.server.names("/api/v1/pods"), []);
});

test("a Squall that stops deletes the custom resource", async () => {
  await using at = await bed();
  const id = await at.inject();
  await until(
    async () =>
      (await at.call("fis", "GetExperiment", { id })).experiment.actions.act.state.status === "running",
  );
  assert.equal(at.server.names(CHAOS).length, 1);
  await at.cloud.stop();
  assert.deepEqual(at.server.names(CHAOS), []);
});
