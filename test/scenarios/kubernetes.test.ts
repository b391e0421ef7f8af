import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../src/kubernetes/objects.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { RealApiserver } from "../kubernetes/apiserver.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/*
 * Experiments on EKS against a real kube-apiserver, with its admission and its RBAC: the service account has the role of AWS's guide and
 * nothing else.
 */

const RULES = [
  { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "create", "patch", "delete"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["create", "list", "get", "delete", "deletecollection"] },
  { apiGroups: [""], resources: ["pods/ephemeralcontainers"], verbs: ["update"] },
  { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] },
];
const CHAOS = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "podchaos.chaos-mesh.org", annotations: { "api-approved.kubernetes.io": "unapproved" } },
  spec: {
    group: "chaos-mesh.org",
    scope: "Namespaced",
    names: { plural: "podchaos", singular: "podchaos", kind: "PodChaos", listKind: "PodChaosList" },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
const REFUSED =
  "failed: Unable to inject AWS FIS Pod: Kubernetes API returned status code 403. Check Amazon EKS logs for more details";

/** A service account with AWS's role, in a namespace. */
async function serviceAccount({ cluster }: RealApiserver, namespace: string, name: string): Promise<void> {
  await cluster.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
    metadata: { name },
    automountServiceAccountToken: false,
  });
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await cluster.create(`${rbac}/roles`, { metadata: { name: "role-experiments" }, rules: RULES });
  await cluster.create(`${rbac}/rolebindings`, {
    metadata: { name: "bind-role-experiments" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
    roleRef: { kind: "Role", name: "role-experiments", apiGroup: "rbac.authorization.k8s.io" },
  });
}

test(
  "pods, custom resources and nodes of a real cluster are struck, and what can be is undone",
  needs("kube-apiserver"),
  async (t) => {
    await using server = await RealApiserver.start();
    const { cluster } = server;
    const account = newAccount();
    await using cloud = await testCloud({ settings: { eks: { kubeconfig: server.kubeconfig } } });
    // biome-ignore lint/suspicious/noExplicitAny: outputs of all operations
    const call = (operation: string, input: object, service = "fis"): Promise<any> =>
      cloud.call(service, operation, input, { account, region: "us-east-1" });
    const begin = async (
      actionId: string,
      parameters: object,
      key: string,
      target: object,
    ): Promise<string> => {
      const { experimentTemplate } = await call("CreateExperimentTemplate", {
        clientToken: crypto.randomUUID(),
        description: actionId,
        roleArn: `arn:aws:iam::${account}:role/experimenter`,
        stopConditions: [{ source: "none" }],
        targets: { them: { selectionMode: "ALL", ...target } },
        actions: { act: { actionId, targets: { [key]: "them" }, parameters } },
      });
      const { experiment } = await call("StartExperiment", {
        clientToken: crypto.randomUUID(),
        experimentTemplateId: experimentTemplate.id,
      });
      return experiment.id;
    };
    const state = async (id: string): Promise<string> => {
      const { state, actions } = (await call("GetExperiment", { id })).experiment;
      return actions.act.state.status === "running" ? "running" : `${state.status}: ${state.reason}`;
    };
    const comes = (id: string, wanted: RegExp) =>
      until(
        () => state(id),
        (text) => wanted.test(text),
      );
    const settled = /^(?:running$|completed|failed|stopped)/;
    const onPods = (actionId: string, more: object = {}, target: object = {}) =>
      begin(actionId, { kubernetesServiceAccount: "chaos", ...more }, "Pods", {
        resourceType: "aws:eks:pod",
        parameters: {
          clusterIdentifier: "shop",
          namespace: "shop",
          selectorType: "labelSelector",
          selectorValue: "app=cart",
          ...target,
        },
      });
    await serviceAccount(server, "shop", "chaos");
    await cluster.create("/api/v1/namespaces/shop/serviceaccounts", {
      metadata: { name: "default" },
      automountServiceAccountToken: false,
    });
    for (const name of ["cart-1", "cart-2"]) await server.addPod(name, { labels: { app: "cart" } });
    const pod = (name: string) => cluster.get<Pod>(`/api/v1/namespaces/shop/pods/${name}`);
    const names = async (list: string) => (await cluster.list(list)).map(({ metadata }) => metadata.name);

    await t.test("the cluster is described by its own version", async () => {
      const { cluster: described } = await call("DescribeCluster", { name: "shop" }, "eks");
      assert.equal(described.version, "1.32");
    });

    await t.test(
      "a fault is added to each pod with the role of AWS's guide, and ended at a stop",
      async () => {
        const id = await onPods("aws:eks:pod-network-latency", { duration: "PT10M" });
        assert.equal(await comes(id, settled), "running");
        const { spec } = await pod("cart-1");
        const [container] = spec.ephemeralContainers ?? [];
        assert.deepEqual(container?.securityContext?.capabilities?.add, ["NET_ADMIN", "NET_RAW"]);
        await call("StopExperiment", { id });
        await comes(id, /^stopped/);
        const states = (await pod("cart-2")).status?.ephemeralContainerStatuses?.map((one) =>
          Object.keys(one.state ?? {}),
        );
        assert.deepEqual(states, [["terminated"]]);
        assert.deepEqual(
          server.executed.sort().map((line) => line.split(" ")[0]),
          ["cart-1", "cart-2"].map((name) => `shop/${name}/${container?.name}`),
        );
      },
    );

    await t.test(
      "a pod has one fault after the other, and a deployment's are found by its selector",
      async () => {
        const labels = { app: "cart" };
        await cluster.create("/apis/apps/v1/namespaces/shop/deployments", {
          metadata: { name: "cart" },
          spec: {
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "app" }] } },
          },
        });
        const id = await onPods(
          "aws:eks:pod-cpu-stress",
          { duration: "PT10M" },
          { selectorType: "deploymentName", selectorValue: "cart" },
        );
        assert.equal(await comes(id, settled), "running");
        await cloud.clock.advance("PT10M");
        await comes(id, /^completed/);
        assert.equal((await pod("cart-1")).spec.ephemeralContainers?.length, 2);
      },
    );

    await t.test(
      "what the account may not do, and what the namespace does not admit, is AWS's 403",
      async () => {
        await cluster.create("/api/v1/namespaces/shop/serviceaccounts", { metadata: { name: "nobody" } });
        const cpu = (kubernetesServiceAccount: string) =>
          onPods("aws:eks:pod-cpu-stress", { duration: "PT10M", kubernetesServiceAccount });
        assert.equal(await comes(await cpu("nobody"), settled), REFUSED);
        assert.equal(await comes(await cpu("missing"), settled), REFUSED);
        await cluster.create("/api/v1/namespaces", {
          metadata: { name: "guarded", labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
        });
        await serviceAccount(server, "guarded", "chaos");
        await server.addPod("cart", { namespace: "guarded", labels: { app: "cart" }, account: "chaos" });
        const guarded = (actionId: string) =>
          onPods(actionId, { duration: "PT10M" }, { namespace: "guarded" });
        assert.equal(await comes(await guarded("aws:eks:pod-network-packet-loss"), settled), REFUSED);
        const stress = await guarded("aws:eks:pod-memory-stress");
        assert.equal(await comes(stress, settled), "running");
        await call("StopExperiment", { id: stress });
        await comes(stress, /^stopped/);
      },
    );

    await t.test("a custom resource is there until the end", async () => {
      await cluster.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CHAOS);
      const list = "/apis/chaos-mesh.org/v1alpha1/namespaces/shop/podchaos";
      await until(() =>
        names(list).then(
          () => true,
          () => false,
        ),
      );
      const parameters = {
        kubernetesApiVersion: "chaos-mesh.org/v1alpha1",
        kubernetesKind: "PodChaos",
        kubernetesNamespace: "shop",
        kubernetesSpec: JSON.stringify({ action: "pod-failure", mode: "all" }),
        maxDuration: "PT10M",
      };
      const resourceArns = [`arn:aws:eks:us-east-1:${account}:cluster/shop`];
      const id = await begin("aws:eks:inject-kubernetes-custom-resource", parameters, "Cluster", {
        resourceType: "aws:eks:cluster",
        resourceArns,
      });
      assert.equal(await comes(id, settled), "running");
      assert.equal((await names(list)).length, 1);
      await call("StopExperiment", { id });
      await comes(id, /^stopped/);
      assert.deepEqual(await names(list), []);
    });

    await t.test("pods are deleted, and nodes with all that runs on them", async () => {
      assert.equal(
        await comes(await onPods("aws:eks:pod-delete", { gracePeriodSeconds: "0" }), settled),
        "completed: Experiment completed.",
      );
      assert.deepEqual(await names("/api/v1/namespaces/shop/pods"), []);
      await server.addNode("node-2", { "eks.amazonaws.com/nodegroup": "workers" });
      await server.addPod("there", { node: "node-2" });
      await server.addPod("here");
      const { nodegroup } = await call(
        "DescribeNodegroup",
        { clusterName: "shop", nodegroupName: "workers" },
        "eks",
      );
      const id = await begin(
        "aws:eks:terminate-nodegroup-instances",
        { instanceTerminationPercentage: "100" },
        "Nodegroups",
        {
          resourceType: "aws:eks:nodegroup",
          resourceArns: [nodegroup.nodegroupArn],
        },
      );
      assert.equal(await comes(id, settled), "completed: Experiment completed.");
      assert.deepEqual(
        [await names("/api/v1/nodes"), await names("/api/v1/namespaces/shop/pods")],
        [["node-1"], ["here"]],
      );
    });
  },
);
