import { makeArn } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import { KubernetesError, unlessMissing } from "../../../kubernetes/kubernetes-error.ts";
import type { Deployment, Pod } from "../../../kubernetes/objects.ts";
import type { Cluster, Nodegroup } from "../../../models/generated/eks.ts";
import type * as FIS from "../../../models/generated/fis.ts";
import type { TargetResource } from "../action.ts";
import type { Place } from "../ids.ts";
import { EMPTY, TargetFailure } from "../target-failure.ts";
import { passesFilters, type TargetFilter } from "../target-filter.ts";
import { clusterArn, clusterNameIn, connectedCluster, mayBeIn } from "./clusters.ts";
import { failureCode } from "./failure-code.ts";
import { nodesIn } from "./nodes.ts";

type Target = FIS.ExperimentTemplateTarget;
type Find = (target: Target, place: Place, host: ServiceHost) => Promise<TargetResource[]>;

/** How targets are found that no store keeps: a kubeconfig and its clusters have them. */
export const FINDERS: Readonly<Record<string, Find>> = {
  "aws:eks:cluster": byArnOrFilters(clustersOf),
  "aws:eks:nodegroup": byArnOrFilters(nodegroupsOf),
  "aws:eks:pod": podsOf,
};

/**
 * Pods that run, as Kubernetes says at the start. That those are left out which end already is inferred.
 * https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-parameters
 */
async function podsOf(
  { parameters = {}, filters }: Target,
  place: Place,
  host: ServiceHost,
): Promise<TargetResource[]> {
  const {
    clusterIdentifier = "",
    namespace = "",
    targetContainerName,
    availabilityZoneIdentifier: zone,
  } = parameters;
  if (!mayBeIn(clusterIdentifier, place)) return [];
  return resolving(async () => {
    const cluster = await connectedCluster(clusterIdentifier, place, host);
    const name = clusterNameIn(clusterIdentifier, place) ?? "";
    const there = zone === undefined ? undefined : await nodesIn(zone, cluster);
    const nodes = there && new Set(there.map(({ metadata }) => metadata.name));
    return (await selected(parameters, cluster))
      .filter(
        ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase === "Running",
      )
      .filter(({ spec }) => nodes === undefined || nodes.has(spec.nodeName ?? ""))
      .filter((pod) => passesFilters(pod, (filters ?? []) as TargetFilter[]))
      .map(({ metadata, spec }) => ({
        arn: `${clusterArn(name, place)}/${namespace}/${metadata.name}`,
        account: place.account,
        // AWS's names of these are inferred from its logs.
        information: {
          cluster_arn: clusterArn(name, place),
          namespace,
          pod_name: metadata.name,
          target_container_name: targetContainerName ?? spec.containers[0]?.name ?? "",
        },
      }));
  });
}

async function selected(
  { namespace = "", selectorType, selectorValue = "" }: Readonly<Record<string, string>>,
  cluster: KubernetesCluster,
): Promise<Pod[]> {
  const pods = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const value = encodeURIComponent(selectorValue);
  switch (selectorType) {
    case "labelSelector":
      return cluster.list<Pod>(pods, { labelSelector: selectorValue });
    case "deploymentName": {
      const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${value}`;
      const deployment = await unlessMissing(cluster.get<Deployment>(path));
      return deployment === undefined
        ? []
        : cluster.list<Pod>(pods, { labelSelector: selectorOf(deployment) });
    }
    case "podName": {
      const pod = await unlessMissing(cluster.get<Pod>(`${pods}/${value}`));
      return pod === undefined ? [] : [pod];
    }
    default:
      throw new TargetFailure(
        `Invalid selectorType "${selectorType}": it must be labelSelector, deploymentName or podName.`,
      );
  }
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
function selectorOf({ spec: { selector } }: Deployment): string {
  const terms = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const among = `(${values.join(",")})`;
    const written: Readonly<Record<string, string>> = {
      In: `${key} in ${among}`,
      NotIn: `${key} notin ${among}`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    terms.push(written[operator] ?? key);
  }
  return terms.join(",");
}

interface Described {
  readonly arn: string;
  readonly attributes: Cluster | Nodegroup;
}

/** What is described. @param arns those alone that they name; all when there is none */
type Describe = (place: Place, host: ServiceHost, arns: readonly string[]) => Promise<Described[]>;

/** Those that ARNs name, all of which have to be there; else those that pass the filters, and have the tags. */
function byArnOrFilters(describe: Describe): Find {
  return async ({ resourceArns = [], resourceTags = {}, filters }, place, host) => {
    const known = await resolving(() => describe(place, host, resourceArns));
    const isOneMissing = resourceArns.some((arn) => !known.some((one) => one.arn === arn));
    if (isOneMissing) {
      const [first = ""] = resourceArns;
      // It says what is missing where there is nothing at all.
      if (known.length === 0 && (await resolving(() => describe(place, host, []))).length === 0)
        await resolving(() =>
          connectedCluster(first.replace(/^(.*:)nodegroup\/([^/]+)\/.*/, "$1cluster/$2"), place, host),
        );
      throw new TargetFailure(EMPTY);
    }
    return known
      .filter(({ attributes }) =>
        Object.entries(resourceTags).every(([key, value]) => attributes.tags?.[key] === value),
      )
      .filter(({ attributes }) => passesFilters(attributes, (filters ?? []) as TargetFilter[]))
      .map(({ arn }) => ({ arn, account: place.account }));
  };
}

async function clustersOf(place: Place, host: ServiceHost, arns: readonly string[]): Promise<Described[]> {
  const { clusters } = await host.call<{ clusters: string[] }>("eks", "ListClusters", {}, place);
  const described = clusters
    .filter((name) => arns.length === 0 || arns.includes(clusterArn(name, place)))
    .map((name) => host.call<{ cluster: Cluster }>("eks", "DescribeCluster", { name }, place));
  return (await Promise.all(described)).map(({ cluster }) => ({
    arn: cluster.arn ?? "",
    attributes: cluster,
  }));
}

async function nodegroupsOf(place: Place, host: ServiceHost, arns: readonly string[]): Promise<Described[]> {
  const { clusters } = await host.call<{ clusters: string[] }>("eks", "ListClusters", {}, place);
  // `arn:aws:eks:us-east-1:123456789012:nodegroup/shop/workers/…`
  const isMeant = (above: string): boolean => {
    const arn = makeArn("eks", place.region, place.account, `nodegroup/${above}/`);
    return arns.length === 0 || arns.some((one) => one.startsWith(arn));
  };
  const found = clusters.filter(isMeant).map(async (clusterName) => {
    // One of several clusters may be off: its node groups are none then.
    const { nodegroups } = await host
      .call<{ nodegroups: string[] }>("eks", "ListNodegroups", { clusterName }, place)
      .catch(() => ({ nodegroups: [] }));
    const described = nodegroups
      .filter((name) => isMeant(`${clusterName}/${name}`))
      .map((nodegroupName) => {
        const input = { clusterName, nodegroupName };
        return host.call<{ nodegroup: Nodegroup }>("eks", "DescribeNodegroup", input, place);
      });
    return (await Promise.all(described)).map(({ nodegroup }) => ({
      arn: nodegroup.nodegroupArn ?? "",
      attributes: nodegroup,
    }));
  });
  return (await Promise.all(found)).flat();
}

/** The words for what Kubernetes refuses are AWS's; for all else they are in their style. */
async function resolving<T>(find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof TargetFailure) throw error;
    if (error instanceof AwsError) throw new TargetFailure(error.message, "DependentServiceFailure");
    if (error instanceof KubernetesError)
      throw new TargetFailure(
        `Error resolving targets. Kubernetes API returned ApiException with error code ${error.status}`,
        failureCode(error),
      );
    throw new TargetFailure(
      `Error resolving targets. ${(error as Error).message}`,
      "DependentServiceFailure",
    );
  }
}
