import { isIP } from "node:net";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import { ActionFailure } from "../action.ts";
import { commaList } from "../service-names.ts";
import { nodesIn } from "./nodes.ts";

const ZONE = /^(?:[a-z]{2}(?:-[a-z]+)+-\d[a-z]|[a-z]{2,}\d-az\d)$/;
const DOMAIN = /^(?=.{1,253}$)[a-z\d](?:[-a-z\d]*[a-z\d])?(?:\.[a-z\d](?:[-a-z\d]*[a-z\d])?)+$/i;

/**
 * Whose traffic is meant: addresses, CIDR blocks and domain names, which the pod resolves. A zone is the addresses of its nodes and of
 * the pods on them. undefined is everybody.
 * @throws ActionFailure for what is none of these
 */
export async function peersOf(
  sources: string | undefined,
  cluster: KubernetesCluster,
): Promise<readonly string[] | undefined> {
  const peers: string[] = [];
  for (const source of commaList(sources ?? "ALL")) {
    if (source === "ALL" || source === "0.0.0.0/0") return undefined;
    if (isBlock(source) || DOMAIN.test(source)) peers.push(source);
    else if (ZONE.test(source)) peers.push(...(await addressesIn(source, cluster)));
    else
      throw new ActionFailure(
        `Squall knows ALL, IPv4 addresses, CIDR blocks, domain names and Availability Zones as a source in a cluster, and not ${source}.`,
      );
  }
  return peers;
}

function isBlock(text: string): boolean {
  const [address = "", bits = "32", ...rest] = text.split("/");
  return isIP(address) === 4 && /^\d{1,2}$/.test(bits) && Number(bits) <= 32 && rest.length === 0;
}

async function addressesIn(zone: string, cluster: KubernetesCluster): Promise<string[]> {
  const there = await nodesIn(zone, cluster);
  if (there.length === 0) throw new ActionFailure(`There is no node in ${zone}.`);
  return there
    .flatMap(({ spec, status }) => [
      ...(spec?.podCIDRs ?? []),
      ...(status?.addresses ?? []).flatMap(({ type, address }) => (type === "InternalIP" ? address : [])),
    ])
    .filter(isBlock);
}
