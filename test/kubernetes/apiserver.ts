import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { KubernetesCluster } from "../../src/kubernetes/cluster.ts";
import { contextsOf } from "../../src/kubernetes/kubeconfig.ts";
import type { Pod } from "../../src/kubernetes/objects.ts";
import { certificate, key } from "../certificate.ts";
import { freePort } from "../free-port.ts";
import { until } from "../until.ts";

const TOKEN = "an-admin";

/** A real kube-apiserver with an etcd of its own, and a node whose kubelet says of every container that it runs, until it is told otherwise. */
export class RealApiserver implements AsyncDisposable {
  /** Commands that ran in containers, each with `namespace/pod/container` before it. */
  readonly executed: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "squall-apiserver-"));
  readonly #processes: ChildProcess[] = [];
  readonly #kubelet: Server;
  #port = 0;
  #isStopped = false;

  private constructor() {
    this.#kubelet = createServer({ cert: certificate, key });
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });
    this.#kubelet.on("upgrade", (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (opened) => {
        const { pathname, searchParams } = new URL(request.url!, "https://kubelet");
        const [, , namespace = "", pod = "", container = ""] = pathname.split("/");
        this.executed.push(`${namespace}/${pod}/${container} ${searchParams.getAll("command").join(" ")}`);
        this.#say(namespace, pod, container, { terminated: { exitCode: 0 } }).then(
          () => {
            opened.send(Buffer.concat([Buffer.from([3]), Buffer.from('{"metadata":{},"status":"Success"}')]));
            opened.close();
          },
          () => opened.terminate(),
        );
      }),
    );
  }

  static async start(): Promise<RealApiserver> {
    const one = new RealApiserver();
    try {
      await one.#start();
    } catch (error) {
      await one[Symbol.asyncDispose]();
      throw error;
    }
    return one;
  }

  async #start(): Promise<void> {
    const [etcd, peer] = [await freePort(), await freePort()];
    this.#port = await freePort();
    const file = (name: string, content: string) => {
      writeFileSync(join(this.#folder, name), content);
      return join(this.#folder, name);
    };
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const accounts = file("accounts.key", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    const accountsPublic = file("accounts.pub", publicKey.export({ type: "spki", format: "pem" }).toString());
    this.#run("etcd", [
      `--data-dir=${join(this.#folder, "etcd")}`,
      `--listen-client-urls=http://127.0.0.1:${etcd}`,
      `--advertise-client-urls=http://127.0.0.1:${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      "--unsafe-no-fsync",
    ]);
    this.#run("kube-apiserver", [
      `--etcd-servers=http://127.0.0.1:${etcd}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${this.#port}`,
      `--cert-dir=${join(this.#folder, "certificates")}`,
      "--service-cluster-ip-range=10.0.0.0/24",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${accountsPublic}`,
      `--service-account-signing-key-file=${accounts}`,
      `--token-auth-file=${file("tokens.csv", `${TOKEN},admin,1,"system:masters"\n`)}`,
      "--authorization-mode=RBAC",
      "--endpoint-reconciler-type=none",
    ]);
    // It makes this one when it has begun.
    await until(async () => {
      if (!existsSync(join(this.#folder, "certificates", "apiserver.crt"))) return false;
      return this.cluster.get("/api/v1/namespaces/default").catch(() => false);
    });
    this.#kubelet.listen(0, "127.0.0.1");
    await once(this.#kubelet, "listening");
    await this.cluster.create("/api/v1/namespaces", { metadata: { name: "shop" } });
    await this.addNode("node-1", { "topology.kubernetes.io/zone": "us-east-1a" });
    void this.#tend();
  }

  /** Its path. */
  get kubeconfig(): string {
    const path = join(this.#folder, "kubeconfig");
    const authority = readFileSync(join(this.#folder, "certificates", "apiserver.crt"));
    const cluster = {
      server: `https://127.0.0.1:${this.#port}`,
      "certificate-authority-data": authority.toString("base64"),
    };
    writeFileSync(
      path,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster }],
        users: [{ name: "u", user: { token: TOKEN } }],
        contexts: [{ name: "shop", context: { cluster: "c", user: "u" } }],
      }),
    );
    return path;
  }

  /** Asked as its administrator. */
  get cluster(): KubernetesCluster {
    const [context] = contextsOf(this.kubeconfig);
    return new KubernetesCluster(context!);
  }

  async addNode(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    await this.cluster.create("/api/v1/nodes", { metadata: { name, labels } });
    const { port } = this.#kubelet.address() as AddressInfo;
    await this.cluster.merge(`/api/v1/nodes/${name}/status`, {
      status: {
        addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
        daemonEndpoints: { kubeletEndpoint: { Port: port } },
      },
    });
  }

  /** A pod that runs on a node. */
  async addPod(
    name: string,
    { namespace = "shop", labels = {}, node = "node-1", account = "default" } = {},
  ): Promise<void> {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await this.cluster.create(pods, {
      metadata: { name, labels },
      spec: { nodeName: node, serviceAccountName: account, containers: [{ name: "app", image: "app" }] },
    });
    await this.cluster.merge(`${pods}/${name}/status`, { status: { phase: "Running" } });
  }

  /** What the kubelet says of ephemeral containers that are new: they run. */
  async #tend(): Promise<void> {
    while (!this.#isStopped) {
      const pods = await this.cluster.list<Pod>("/api/v1/pods").catch(() => []);
      for (const { metadata, spec, status } of pods)
        for (const { name } of spec.ephemeralContainers ?? [])
          if (!status?.ephemeralContainerStatuses?.some((one) => one.name === name))
            await this.#say(metadata.namespace!, metadata.name, name, { running: {} }).catch(() => {});
      await pause(50);
    }
  }

  async #say(namespace: string, pod: string, name: string, state: object): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}`;
    const { status } = await this.cluster.get<Pod>(path);
    const others = (status?.ephemeralContainerStatuses ?? []).filter((one) => one.name !== name);
    const said = { name, image: "tools", imageID: "", ready: false, restartCount: 0, state };
    await this.cluster.merge(`${path}/status`, { status: { ephemeralContainerStatuses: [...others, said] } });
  }

  #run(program: string, args: readonly string[]): void {
    this.#processes.push(spawn(program, args, { stdio: "ignore" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    for (const process of this.#processes.reverse()) {
      if (process.exitCode !== null) continue;
      const ended = once(process, "exit");
      process.kill("SIGKILL");
      await ended;
    }
    this.#kubelet.closeAllConnections();
    this.#kubelet.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
