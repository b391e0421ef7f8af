import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { KubeApiserver } from "../../test/kube-apiserver.ts";
import { KubernetesCluster } from "./cluster.ts";
import { kubernetesClusters, setKubernetesClusters } from "./clusters.ts";
import { exec } from "./exec.ts";
import { contextsOf, type KubernetesUser } from "./kubeconfig.ts";
import { KubernetesError } from "./kubernetes-error.ts";

const server = await KubeApiserver.start();
const folder = mkdtempSync(join(tmpdir(), "squall-kubeconfig-"));
test.after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

const PODS = "/api/v1/namespaces/default/pods";
const PLACE = { account: "111122223333", region: "us-east-1" };
const ARN = "arn:aws:eks:us-east-1:111122223333:cluster/bank";

const clusterAs = (user: object, name = "shop") => {
  const [context] = contextsOf(server.kubeconfig([name], user));
  return new KubernetesCluster(context!);
};
const cluster = clusterAs({ token: server.token });
const refused = (asking: Promise<unknown>) =>
  asking.then(
    () => "allowed",
    (error: Error) => (error instanceof KubernetesError ? `${error.status} ${error.message}` : error.message),
  );
const file = (name: string, content: string, mode = 0o644) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

test("things are listed by pages and selectors, made, replaced, merged and deleted", async () => {
  for (let n = 0; n < 260; n++) server.pod(`many-${n}`, { labels: { n: String(n % 2) }, namespace: "many" });
  const pods = "/api/v1/namespaces/many/pods";
  assert.equal((await cluster.list(pods)).length, 260);
  assert.equal((await cluster.list(pods, { labelSelector: "n=1" })).length, 130);
  server.pagesExpire = true;
  assert.equal((await cluster.list(pods)).length, 260);
  server.pagesExpire = false;
  const path = "/apis/chaos-mesh.org/v1alpha1/namespaces/many/podchaos";
  await cluster.create(path, { kind: "PodChaos", metadata: { name: "one" } });
  assert.match(
    await refused(cluster.create(path, { kind: "PodChaos", metadata: { name: "one" } })),
    /^409 podchaos "one" already exists/,
  );
  await cluster.merge(`${path}/one`, { spec: { mode: "all" } });
  assert.deepEqual((await cluster.get<{ spec: object }>(`${path}/one`)).spec, { mode: "all" });
  await cluster.delete(`${path}/one`);
  assert.equal(await refused(cluster.get(`${path}/one`)), '404 podchaos "one" not found');
});

test("each kind of user is known by what it shows", async () => {
  const plugin = (status: object) =>
    file(
      "plugin",
      `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" > ${folder}/asked\necho '${JSON.stringify({ status })}'\n`,
      0o755,
    );
  const good: KubernetesUser | object = {
    exec: { apiVersion: "client.authentication.k8s.io/v1", command: plugin({ token: server.token }) },
  };
  assert.equal(await refused(clusterAs(good).list(PODS)), "allowed");
  assert.equal(JSON.parse(readFileSync(join(folder, "asked"), "utf8")).kind, "ExecCredential");
  assert.equal(
    await refused(clusterAs({ tokenFile: file("token", `${server.token}\n`) }).list(PODS)),
    "allowed",
  );
  assert.equal(await refused(clusterAs({ token: "another" }).list(PODS)), "401 Unauthorized");
  assert.equal(await refused(clusterAs({ username: "u", password: "p" }).list(PODS)), "401 Unauthorized");
  plugin({});
  assert.match(
    await refused(clusterAs(good).list(PODS)),
    /^The credential plugin .+ failed: it gave neither a token/,
  );
  assert.match(
    await refused(clusterAs({ "auth-provider": { name: "gcp" } }).list(PODS)),
    /auth-provider gcp, which Kubernetes 1.26 has dropped/,
  );
});

test("a server that the kubeconfig's authority does not vouch for is not spoken to", async () => {
  const config = JSON.parse(readFileSync(server.kubeconfig(), "utf8"));
  delete config.clusters[0].cluster["certificate-authority-data"];
  const [unvouched] = contextsOf(file("unvouched", JSON.stringify(config)));
  assert.match(
    await refused(new KubernetesCluster(unvouched!).list(PODS)),
    /does not answer: self-signed certificate/,
  );
  config.clusters[0].cluster["insecure-skip-tls-verify"] = true;
  const [insecure] = contextsOf(file("insecure", JSON.stringify(config)));
  assert.equal(await refused(new KubernetesCluster(insecure!).list(PODS)), "allowed");
});

test("a command runs in a container, in the name of a service account where that is asked", async () => {
  server.pod("cart", {});
  const pod = server.at(`${PODS}/cart`);
  const chaos = cluster.asServiceAccount("default", "chaos");
  await chaos.replace(`${PODS}/cart/ephemeralcontainers`, {
    ...structuredClone(pod),
    spec: { ...pod.spec, ephemeralContainers: [{ name: "fis-1", image: "i", targetContainerName: "app" }] },
  });
  assert.equal(server.asked.at(-1)?.as, "system:serviceaccount:default:chaos");
  await exec(cluster, `${PODS}/cart`, "fis-1", ["kill", "7"]);
  assert.deepEqual(server.executed, ["default/cart/fis-1 kill 7"]);
  assert.equal(
    await refused(exec(cluster, `${PODS}/cart`, "fis-1", ["kill", "7"])),
    'container not found ("fis-1")',
  );
  server.forbids = ({ path }) => path.endsWith("/exec");
  assert.match(await refused(exec(cluster, `${PODS}/cart`, "fis-1", ["kill", "7"])), /^403 /);
  server.forbids = () => false;
});

test("contexts are clusters by names that EKS takes, those with an ARN in their own account and Region only", () => {
  const kubeconfig = [server.kubeconfig(["kind-shop", ARN, "me@lab.local"]), join(folder, "none")].join(
    delimiter,
  );
  const bus = {} as never;
  setKubernetesClusters({ bus }, { kubeconfig, reachesOut: false });
  const clusters = kubernetesClusters({ bus });
  const names = (place: typeof PLACE) => clusters.in(place).map(({ name }) => name);
  assert.deepEqual(names(PLACE), ["bank", "kind-shop", "me-lab-local"]);
  assert.deepEqual(names({ ...PLACE, region: "eu-west-1" }), ["kind-shop", "me-lab-local"]);
});

test("a kubeconfig that is not there, or none, is said so by its name", () => {
  assert.throws(() => contextsOf(join(folder, "none")), /^Error: There is no kubeconfig .+none\.$/);
  assert.throws(() => contextsOf(file("broken", "a: [")), /^Error: The kubeconfig .+broken cannot be read: /);
});

test("nothing is asked of a cluster that is not on this machine unless that is allowed", () => {
  const at = (url: string, reachesOut: boolean) => {
    const bus = {} as never;
    const config = JSON.parse(readFileSync(server.kubeconfig(), "utf8"));
    config.clusters[0].cluster.server = url;
    setKubernetesClusters({ bus }, { kubeconfig: file("far", JSON.stringify(config)), reachesOut });
    const clusters = kubernetesClusters({ bus });
    return () => clusters.connect(clusters.in(PLACE)[0]!);
  };
  for (const near of [
    "https://127.0.0.1:6443",
    "https://localhost:6443",
    "https://192.168.49.2:8443",
    "https://172.18.0.2:6443",
    "https://[::1]:6443",
  ])
    assert.doesNotThrow(at(near, false), near);
  for (const far of [
    "https://A1B2.gr7.us-east-1.eks.amazonaws.com",
    "https://34.1.2.3",
    "https://172.32.0.1",
    "https://k8s.example.com",
  ]) {
    assert.throws(
      at(far, false),
      /and not on this machine: nothing is asked of it or done to it unless Squall is started with --eks-remote-clusters/,
      far,
    );
    assert.doesNotThrow(at(far, true), far);
  }
});
