import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import { certificate, key } from "./certificate.ts";

/*
 * A Kubernetes API server as far as Squall asks one, as strict as the real one is there: TLS, a bearer token, selectors, pages, optimistic
 * locks, ephemeral containers that are only added. And a kubelet that runs those at once.
 */

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind
type Thing = any;

const NAMESPACED =
  /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;
const CLUSTER_WIDE = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/([^/]+)(?:\/([^/]+))?$/;
const KINDS: Readonly<Record<string, string>> = {
  pods: "Pod",
  nodes: "Node",
  namespaces: "Namespace",
  serviceaccounts: "ServiceAccount",
  deployments: "Deployment",
  podchaos: "PodChaos",
  chaosengines: "ChaosEngine",
};

class Refusal extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** What somebody asked for: `DELETE /api/v1/…`, and in whose name. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly as: string | undefined;
  readonly body: Thing;
}

export class KubeApiserver {
  readonly token = "a-token";
  readonly asked: Asked[] = [];
  /** Commands that ran in containers, each with `namespace/pod/container` before it. */
  readonly executed: string[] = [];
  /** Who may not do it: the reason of a 403. */
  forbids: (asked: Asked) => boolean = () => false;
  /** How a container that has just been added is found. Default: it runs. */
  starts: (pod: Thing, container: Thing) => object = () => ({
    running: { startedAt: "2026-01-01T00:00:00Z" },
  });
  /** Tokens of pages are too old when they come back. */
  pagesExpire = false;
  readonly #things = new Map<string, Thing>();
  readonly #server: Server;
  readonly #folder = mkdtempSync(join(tmpdir(), "squall-kube-"));
  #version = 100;
  #kubeconfigs = 0;

  private constructor() {
    this.#server = createServer({ cert: certificate, key }, (request, response) => {
      this.#answer(request, response).catch((error: Error) => response.destroy(error));
    });
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });
    this.#server.on("upgrade", (request, socket, head) => {
      const asked = this.#askedBy(request, undefined);
      if (request.headers.authorization !== `Bearer ${this.token}` || this.forbids(asked)) {
        socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      sockets.handleUpgrade(request, socket, head, (opened) =>
        this.#exec(new URL(request.url!, "https://k"), opened),
      );
    });
  }

  static async start(): Promise<KubeApiserver> {
    const one = new KubeApiserver();
    one.#server.listen(0, "127.0.0.1");
    await once(one.#server, "listening");
    return one;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig with a context a name, all of this server. @returns its path */
  kubeconfig(names: readonly string[] = ["shop"], user: object = { token: this.token }): string {
    const path = join(this.#folder, `config-${this.#kubeconfigs++}`);
    const cluster = {
      server: this.url,
      "certificate-authority-data": Buffer.from(certificate).toString("base64"),
    };
    writeFileSync(
      path,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster }],
        users: [{ name: "u", user }],
        contexts: names.map((name) => ({ name, context: { cluster: "c", user: "u" } })),
      }),
    );
    return path;
  }

  /** Puts something there, as if `kubectl apply` had. @param at the path of its list */
  put(at: string, thing: Thing): Thing {
    const { namespace } = partsOf(at);
    const kept = {
      kind: KINDS[partsOf(at).resource],
      ...thing,
      metadata: {
        ...(namespace !== undefined && { namespace }),
        uid: `uid-${thing.metadata.name}`,
        ...thing.metadata,
        resourceVersion: String(++this.#version),
      },
    };
    this.#things.set(`${at}/${thing.metadata.name}`, kept);
    return kept;
  }

  /** A pod that runs. */
  pod(name: string, { labels = {}, node = "node-1", namespace = "default", ...spec }: Thing = {}): Thing {
    return this.put(`/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name, labels },
      spec: {
        nodeName: node,
        containers: [
          { name: "app", image: "app" },
          { name: "proxy", image: "proxy" },
        ],
        ...spec,
      },
      status: { phase: "Running" },
    });
  }

  at(path: string): Thing | undefined {
    return this.#things.get(path);
  }

  names(list: string): string[] {
    return this.#list(list).map(({ metadata }) => metadata.name);
  }

  /** The ephemeral containers of a pod, each with how it is: `running`, `terminated`. */
  containers(pod: string, namespace = "default"): string[] {
    const { status } = this.at(`/api/v1/namespaces/${namespace}/pods/${pod}`) ?? {};
    return (status?.ephemeralContainerStatuses ?? []).map(({ state }: Thing) => Object.keys(state)[0]);
  }

  /** Changes how an ephemeral container of a pod is. */
  become(pod: Thing, container: string, state: object): void {
    for (const one of pod.status.ephemeralContainerStatuses) if (one.name === container) one.state = state;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #askedBy({ method = "", url = "", headers }: IncomingMessage, body: Thing): Asked {
    const as = headers["impersonate-user"] as string | undefined;
    const asked = { method, path: decodeURIComponent(url.split("?")[0]!), as, body };
    this.asked.push(asked);
    return asked;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const asked = this.#askedBy(request, text === "" ? undefined : JSON.parse(text));
    const send = (status: number, body: Thing) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    try {
      if (request.headers.authorization !== `Bearer ${this.token}`)
        throw new Refusal(401, "Unauthorized", "Unauthorized");
      if (this.forbids(asked))
        throw new Refusal(403, "Forbidden", `User cannot ${asked.method} ${asked.path}`);
      send(
        request.method === "POST" ? 201 : 200,
        this.#handle(asked, new URL(request.url!, this.url), request),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, reason, message } = error;
      send(code, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message,
        reason,
        code,
      });
    }
  }

  #handle({ method, path, body }: Asked, { searchParams }: URL, { headers }: IncomingMessage): Thing {
    if (path === "/version") return { major: "1", minor: "32", gitVersion: "v1.32.4" };
    if (path === "/apis/chaos-mesh.org/v1alpha1")
      return {
        kind: "APIResourceList",
        resources: [{ name: "podchaos", kind: "PodChaos", namespaced: true }],
      };
    if (path === "/apis/litmuschaos.io/v1alpha1")
      return {
        kind: "APIResourceList",
        resources: [{ name: "chaosengines", kind: "ChaosEngine", namespaced: true }],
      };
    const { list, name, subresource, resource } = partsOf(path);
    if (!(resource in KINDS))
      throw new Refusal(404, "NotFound", "the server could not find the requested resource");
    if (name === undefined) {
      if (method === "GET") return this.#page(list, searchParams);
      if (method === "POST") return this.#create(list, body);
      throw new Refusal(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
      );
    }
    const whole = `${list}/${name}`;
    const thing = this.#things.get(whole);
    if (thing === undefined) throw new Refusal(404, "NotFound", `${resource} "${name}" not found`);
    if (method === "GET") return thing;
    if (method === "DELETE") return this.#delete(whole, thing, body);
    if (subresource === "ephemeralcontainers" && method === "PUT") return this.#addContainers(thing, body);
    if (subresource !== undefined || headers["content-type"] !== "application/merge-patch+json")
      throw new Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
    return Object.assign(thing, { spec: { ...thing.spec, ...body.spec } });
  }

  #list(list: string): Thing[] {
    // Of all namespaces, where the path names none.
    const isIn = (path: string) => {
      const { list: its, namespace } = partsOf(path);
      return its === list || its.replace(`/namespaces/${namespace}`, "") === list;
    };
    return [...this.#things].filter(([path]) => isIn(path)).map(([, thing]) => thing);
  }

  #page(list: string, query: URLSearchParams): Thing {
    const matching = this.#list(list).filter(({ metadata, spec }) => {
      const fields = { "metadata.name": metadata.name, "spec.nodeName": spec?.nodeName };
      return (
        selects(query.get("labelSelector"), metadata.labels ?? {}) &&
        selects(query.get("fieldSelector"), fields)
      );
    });
    const limit = Number(query.get("limit") ?? matching.length);
    const token = query.get("continue");
    if (token?.startsWith("old"))
      throw new Refusal(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result.",
      );
    const from = token === null ? 0 : Number(token.split("-")[1]);
    const more = from + limit < matching.length ? `${this.pagesExpire ? "old" : "new"}-${from + limit}` : "";
    return { kind: "List", metadata: { continue: more }, items: matching.slice(from, from + limit) };
  }

  #create(list: string, body: Thing): Thing {
    const { resource } = partsOf(list);
    const { name } = body?.metadata ?? {};
    if (body?.kind !== KINDS[resource])
      throw new Refusal(400, "BadRequest", `${resource}: the kind of the object is not ${KINDS[resource]}`);
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name ?? ""))
      throw new Refusal(422, "Invalid", `metadata.name: Invalid value: "${name}"`);
    if (this.#things.has(`${list}/${name}`))
      throw new Refusal(409, "AlreadyExists", `${resource} "${name}" already exists`);
    return this.put(list, body);
  }

  #delete(path: string, thing: Thing, { gracePeriodSeconds }: Thing = {}): Thing {
    // The kubelet takes its time unless it is to be at once.
    if (thing.kind === "Pod" && gracePeriodSeconds !== 0)
      Object.assign(thing.metadata, {
        deletionTimestamp: "2026-01-01T00:00:00Z",
        deletionGracePeriodSeconds: gracePeriodSeconds ?? 30,
      });
    else this.#things.delete(path);
    return thing;
  }

  #addContainers(pod: Thing, body: Thing): Thing {
    if (body.metadata.resourceVersion !== pod.metadata.resourceVersion)
      throw new Refusal(
        409,
        "Conflict",
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    const before: Thing[] = pod.spec.ephemeralContainers ?? [];
    const after: Thing[] = body.spec.ephemeralContainers ?? [];
    if (before.some(({ name }) => !after.some((one) => one.name === name)))
      throw new Refusal(
        422,
        "Invalid",
        "spec.ephemeralContainers: Forbidden: existing ephemeral containers may not be removed",
      );
    const added = after.slice(before.length);
    for (const { name, image, targetContainerName, restartPolicy, resources } of added) {
      if (!image || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) || restartPolicy || resources)
        throw new Refusal(422, "Invalid", `spec.ephemeralContainers: Invalid value: "${name}"`);
      if (!pod.spec.containers.some((one: Thing) => one.name === targetContainerName))
        throw new Refusal(422, "Invalid", `targetContainerName: Not found: "${targetContainerName}"`);
    }
    pod.spec.ephemeralContainers = after;
    pod.metadata.resourceVersion = String(++this.#version);
    pod.status.ephemeralContainerStatuses = [
      ...(pod.status.ephemeralContainerStatuses ?? []),
      ...added.map((one) => ({ name: one.name, state: this.starts(pod, one) })),
    ];
    return pod;
  }

  #exec({ pathname, searchParams }: URL, socket: WebSocket): void {
    const { namespace, name, list } = partsOf(pathname);
    const container = searchParams.get("container") ?? "";
    const pod = this.#things.get(`${list}/${name}`);
    const status = pod?.status.ephemeralContainerStatuses?.find((one: Thing) => one.name === container);
    const say = (channel: number, text: string) =>
      socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
    const end = (body: object) => {
      say(3, JSON.stringify({ metadata: {}, ...body }));
      socket.close();
    };
    if (status?.state.running === undefined) {
      end({ status: "Failure", message: `container not found ("${container}")` });
      return;
    }
    this.executed.push(`${namespace}/${name}/${container} ${searchParams.getAll("command").join(" ")}`);
    status.state = { terminated: { exitCode: 0 } };
    end({ status: "Success" });
  }
}

function partsOf(path: string) {
  const namespaced = NAMESPACED.exec(path);
  if (namespaced) {
    const [, api, namespace, resource = "", name, subresource] = namespaced;
    return { list: `${api}/namespaces/${namespace}/${resource}`, namespace, resource, name, subresource };
  }
  const [, api, resource = "", name] = CLUSTER_WIDE.exec(path) ?? [];
  return { list: `${api}/${resource}`, namespace: undefined, resource, name, subresource: undefined };
}

/** `a=b`, `a!=b`, `a`, `!a`, `a in (b,c)`, with commas between them. */
function selects(selector: string | null, labels: Readonly<Record<string, string>>): boolean {
  return (selector ?? "")
    .split(/,(?![^(]*\))/)
    .filter((term) => term !== "")
    .every((term) => {
      const [, name = "", not, values = ""] = /^(\S+)\s+(not)?\s*in\s+\((.*)\)$/.exec(term) ?? [];
      if (name !== "") return values.split(",").includes(labels[name] ?? "") !== (not !== undefined);
      const [, left = "", operator, right] = /^([^=!]+)(==?|!=)(.*)$/.exec(term) ?? [];
      if (operator !== undefined) return (labels[left] === right) === (operator !== "!=");
      return term.startsWith("!") ? !(term.slice(1) in labels) : term in labels;
    });
}
