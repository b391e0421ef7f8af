import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { type BalancerType, balancerArn, listenerArn, readArn } from "./arns.ts";
import { listenersNotFound } from "./errors.ts";
import { type LoadBalancerRecord, loadBalancers } from "./load-balancer.ts";

/** A listener as it is kept, by its load balancer's name and its id. */
export interface ListenerRecord {
  readonly balancer: string;
  readonly balancerId: string;
  readonly type: BalancerType;
  readonly id: string;
  readonly port: number;
  readonly protocol: string;
  /** The default one first. */
  readonly certificates: readonly string[];
  readonly sslPolicy?: string;
  readonly alpnPolicy?: readonly string[];
  readonly actions: readonly ELB.Action[];
  /** The id of its default rule. */
  readonly ruleId: string;
  /** Of its default rule. */
  readonly ruleTags?: Tags;
  /** Those that are not as at first. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

export const listeners = defineCollection<ListenerRecord>({ name: "listeners" });

export const listenersOf = ({ name }: Pick<LoadBalancerRecord, "name">, store: Store): ListenerRecord[] => [
  ...store.collection(listeners).values({ prefix: [name] }),
];

/** A listener with the load balancer that has it. */
export interface FoundListener {
  readonly balancer: LoadBalancerRecord;
  readonly listener: ListenerRecord;
  readonly arn: string;
}

/** @throws ListenerNotFound */
export function findListener(
  arn: string,
  { account, region, store }: Place & { readonly store: Store },
): FoundListener {
  const { kind, parts: [, name = "", , id = ""] = [] } = readArn(arn) ?? {};
  const balancer = kind === "listener" ? store.collection(loadBalancers).get([name]) : undefined;
  const listener = balancer && store.collection(listeners).get([name, id]);
  if (!listener || listenerArn({ account, region }, balancer, id) !== arn) throw listenersNotFound();
  return { balancer, listener, arn };
}

export const saveListener = (
  listener: ListenerRecord,
  { store }: { readonly store: Store },
): ListenerRecord => {
  store.collection(listeners).put([listener.balancer, listener.id], listener);
  return listener;
};

export const isSecure = (protocol: string): boolean => protocol === "HTTPS" || protocol === "TLS";

export function describeListener(
  listener: ListenerRecord,
  balancer: LoadBalancerRecord,
  place: Place,
): ELB.Listener {
  const [certificate] = listener.certificates;
  return {
    ListenerArn: listenerArn(place, balancer, listener.id),
    LoadBalancerArn: balancerArn(place, balancer),
    Port: listener.port,
    Protocol: listener.protocol,
    ...(certificate !== undefined && { Certificates: [{ CertificateArn: certificate }] }),
    ...(listener.sslPolicy !== undefined && { SslPolicy: listener.sslPolicy }),
    DefaultActions: [...listener.actions],
    ...(listener.alpnPolicy && { AlpnPolicy: [...listener.alpnPolicy] }),
  };
}
