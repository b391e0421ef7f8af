import { isIP } from "node:net";
import { parseArn } from "../core/arn.ts";
import type { Bus } from "../core/bus.ts";
import { behindLast } from "../core/text.ts";
import { KubernetesCluster } from "./cluster.ts";
import { contextsOf, type KubernetesContext } from "./kubeconfig.ts";

/** Where the kubeconfig of a cloud is, and how far it is followed. */
export interface ClustersSetting {
  /** As in KUBECONFIG; empty where none is named. */
  readonly kubeconfig: string;
  /** Also to clusters that are not on this machine. */
  readonly reachesOut: boolean;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

/** A context, by the name that EKS has for it. */
export interface NamedCluster {
  readonly name: string;
  readonly context: KubernetesContext;
}

/** The Kubernetes clusters that a cloud knows: those of the kubeconfig that it is given, which is read at each look. */
class Clusters {
  readonly #setting: ClustersSetting;
  readonly #connected = new Map<string, KubernetesCluster>();

  constructor(setting: ClustersSetting) {
    this.#setting = setting;
  }

  get isConfigured(): boolean {
    return this.#setting.kubeconfig !== "";
  }

  /**
   * Those of an account and Region. A context that is named by an ARN of EKS is in the ARN's; any other is in all of them.
   * @throws Error for a kubeconfig that cannot be read
   */
  in({ account, region }: Place): NamedCluster[] {
    if (!this.isConfigured) return [];
    const found = new Map<string, NamedCluster>();
    for (const context of contextsOf(this.#setting.kubeconfig)) {
      const arn = parseArn(context.name);
      const isElsewhere = arn?.service === "eks" && (arn.account !== account || arn.region !== region);
      const name = nameOf(context.name);
      if (!isElsewhere && !found.has(name)) found.set(name, { name, context });
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws Error for one that is not on this machine, unless the setting allows it */
  connect({ context }: NamedCluster): KubernetesCluster {
    if (!this.#setting.reachesOut && !isNear(context.server))
      throw new Error(
        `The cluster of the context ${context.name} is at ${context.server}, and not on this machine: nothing is asked of it or done to it unless Squall is started with --eks-remote-clusters.`,
      );
    const key = JSON.stringify(context);
    const connected = this.#connected.get(key) ?? new KubernetesCluster(context);
    this.#connected.set(key, connected);
    return connected;
  }
}

/** EKS's names are letters, digits, `-` and `_`: `arn:aws:eks:…:cluster/shop` is shop, `me@shop.local` is me-shop-local. */
function nameOf(context: string): string {
  return behindLast("/", context)
    .replace(/[^\w-]+/g, "-")
    .replace(/^[-_]+/, "")
    .slice(0, 100);
}

/** Is it this machine, or something that runs on it? Virtual machines and containers have private addresses; a name is anybody's. */
function isNear(server: string): boolean {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, "");
  if (/^(?:localhost|.+\.localhost|(?:host|gateway|kubernetes)\.docker\.internal)$/.test(host)) return true;
  if (isIP(host) === 6) return host === "::1" || /^f[cd]/.test(host);
  return isIP(host) === 4 && /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01])|0\.0\.0\.0$)(?:\.|$)/.test(host);
}

const clouds = new WeakMap<Bus, Clusters>();

/** Gives a cloud its kubeconfig. */
export function setKubernetesClusters({ bus }: { readonly bus: Bus }, setting: ClustersSetting): void {
  clouds.set(bus, new Clusters(setting));
}

/** The clusters that the cloud of a service knows. */
export function kubernetesClusters({ bus }: { readonly bus: Bus }): Clusters {
  return clouds.get(bus) ?? new Clusters({ kubeconfig: "", reachesOut: false });
}
