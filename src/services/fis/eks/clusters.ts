import { makeArn, parseArn } from "../../../core/arn.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { behindLast } from "../../../core/text.ts";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import { kubernetesClusters } from "../../../kubernetes/clusters.ts";
import type { Place } from "../ids.ts";

const HOW_TO =
  "Start Squall with KUBECONFIG (or --eks-kubeconfig) naming the kubeconfig of a Kubernetes cluster: its contexts are EKS's clusters.";

/** A name is of a cluster in any account. */
export const mayBeIn = (identifier: string, { account }: Place): boolean =>
  (parseArn(identifier)?.account ?? account) === account;

/** The name in a cluster's name or ARN; undefined for an ARN of another account or Region. */
export function clusterNameIn(identifier: string, { account, region }: Place): string | undefined {
  const arn = parseArn(identifier);
  if (arn !== undefined && (arn.account !== account || arn.region !== region)) return undefined;
  return behindLast("/", identifier);
}

export const clusterArn = (name: string, { account, region }: Place): string =>
  makeArn("eks", region, account, `cluster/${name}`);

/**
 * A cluster that experiments may act on.
 * @param identifier its name or ARN
 * @throws Error that says what to do where there is none of that name, or where it may not be asked
 */
export async function connectedCluster(
  identifier: string,
  place: Place,
  host: ServiceHost,
): Promise<KubernetesCluster> {
  await host.load("eks");
  const clusters = kubernetesClusters(host);
  const name = clusterNameIn(identifier, place);
  const all = clusters.in(place);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return clusters.connect(found);
  const others = all.map((one) => one.name).join(", ") || "no context";
  throw new Error(
    `No cluster found for name: ${name ?? identifier}. ${clusters.isConfigured ? `The kubeconfig has ${others}.` : HOW_TO}`,
  );
}
