import { outbound } from "../core/outbound.ts";
import { type Credential, Credentials } from "./credential.ts";
import type { KubernetesContext } from "./kubeconfig.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { KubernetesObject } from "./objects.ts";

const PATIENCE_MS = 15_000;
const PAGE_SIZE = 250;
const GONE = 410;

type Query = Readonly<Record<string, string>>;

interface Asking {
  readonly query?: Query;
  readonly body?: object;
  readonly type?: string;
}

/** The API server of a Kubernetes cluster, asked as a context of a kubeconfig says: https://kubernetes.io/docs/reference/using-api/ */
export class KubernetesCluster {
  readonly context: KubernetesContext;
  readonly #credentials: Credentials;
  readonly #as: string | undefined;

  constructor(context: KubernetesContext, credentials = new Credentials(context), as?: string) {
    this.context = context;
    this.#credentials = credentials;
    this.#as = as;
  }

  /** The same cluster, asked in the name of a service account, as far as the user may impersonate it. */
  asServiceAccount(namespace: string, name: string): KubernetesCluster {
    return new KubernetesCluster(
      this.context,
      this.#credentials,
      `system:serviceaccount:${namespace}:${name}`,
    );
  }

  /** @param path `/api/v1/namespaces/shop/pods/cart` @throws KubernetesError, or Error where nobody answers */
  get<T = KubernetesObject>(path: string): Promise<T> {
    return this.#ask<T>("GET", path);
  }

  /** All items of a list, however many pages it has. Where the token of one is too old, the list is asked for whole. */
  async list<T = KubernetesObject>(path: string, query: Query = {}): Promise<T[]> {
    const items: T[] = [];
    try {
      for (let more: string | undefined; ; ) {
        const { items: page, metadata } = await this.#ask<List<T>>("GET", path, {
          query: { ...query, limit: String(PAGE_SIZE), ...(more !== undefined && { continue: more }) },
        });
        items.push(...page);
        more = metadata.continue === "" ? undefined : metadata.continue;
        if (more === undefined) return items;
      }
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.status !== GONE) throw error;
      return [...(await this.#ask<List<T>>("GET", path, { query })).items];
    }
  }

  create<T = KubernetesObject>(path: string, body: object): Promise<T> {
    return this.#ask<T>("POST", path, { body });
  }

  replace<T = KubernetesObject>(path: string, body: object): Promise<T> {
    return this.#ask<T>("PUT", path, { body });
  }

  /** Merges what is given into what is there. */
  merge<T = KubernetesObject>(path: string, body: object): Promise<T> {
    return this.#ask<T>("PATCH", path, { body, type: "application/merge-patch+json" });
  }

  async delete(path: string, body: object = {}): Promise<void> {
    await this.#ask("DELETE", path, { body });
  }

  /** What a connection of any kind is made with. @throws Error for a user whose credentials cannot be had */
  async connecting(): Promise<{
    readonly headers: Readonly<Record<string, string>>;
    readonly tls: ReturnType<typeof tlsOf>;
  }> {
    const credential = await this.#credentials.current();
    return {
      headers: {
        ...(credential.authorization !== undefined && { authorization: credential.authorization }),
        ...(this.#as !== undefined && { "impersonate-user": this.#as }),
      },
      tls: tlsOf(this.context, credential),
    };
  }

  /** @param query pairs, where a key is there more than once */
  urlOf(path: string, query: Query | [string, string][] = {}): URL {
    const url = new URL(`${this.context.server.replace(/\/$/, "")}${path}`);
    url.search = new URLSearchParams(query).toString();
    return url;
  }

  async #ask<T>(
    method: string,
    path: string,
    { query = {}, body, type = "application/json" }: Asking = {},
  ): Promise<T> {
    const { headers, tls } = await this.connecting();
    const { status, text } = await outbound(this.urlOf(path, query), {
      by: "eks",
      method,
      headers: {
        ...headers,
        accept: "application/json",
        ...(body !== undefined && { "content-type": type }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs: PATIENCE_MS,
      tls,
    }).catch((error: Error) => {
      throw new Error(`The Kubernetes API at ${this.context.server} does not answer: ${error.message}`);
    });
    if (status >= 300) throw errorOf(status, text);
    return JSON.parse(text) as T;
  }
}

interface List<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly continue?: string };
}

function tlsOf(context: KubernetesContext, { certificate, key }: Credential) {
  const { authority, acceptsAnyCertificate, serverName } = context;
  return {
    ...(authority !== undefined && { ca: authority }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(acceptsAnyCertificate && { rejectUnauthorized: false }),
  };
}

function errorOf(status: number, text: string): KubernetesError {
  try {
    const { reason = "", message = "" } = JSON.parse(text) as { reason?: string; message?: string };
    return new KubernetesError(status, reason, message);
  } catch {
    // A proxy in front of it does not speak JSON.
    return new KubernetesError(status, "", text.slice(0, 200));
  }
}
