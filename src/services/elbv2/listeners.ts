import type { Context, Handlers } from "../../core/service.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { checkedActions } from "./action.ts";
import { listenerArn } from "./arns.ts";
import { attributeList, changedAttributes } from "./attributes.ts";
import {
  duplicateListener,
  operationNotPermitted,
  sslPolicyNotFound,
  tooManyCertificates,
  unsupportedProtocol,
  validationError,
} from "./errors.ts";
import {
  describeListener,
  findListener,
  isSecure,
  type ListenerRecord,
  listeners,
  listenersOf,
  saveListener,
} from "./listener.ts";
import { attributesOfListener } from "./listener-attributes.ts";
import { findBalancer, type LoadBalancerRecord } from "./load-balancer.ts";
import { pageBy } from "./pages.ts";
import { rules } from "./rule.ts";
import type { Balancers } from "./running/balancers.ts";
import { SSL_POLICIES } from "./ssl-policies.ts";
import { tagging } from "./tags.ts";

const PROTOCOLS: Readonly<Record<LoadBalancerRecord["type"], readonly string[]>> = {
  application: ["HTTP", "HTTPS"],
  network: ["TCP", "TLS", "UDP", "TCP_UDP"],
};
const FIRST_POLICY = "ELBSecurityPolicy-2016-08";
const MOST_CERTIFICATES = 25;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html and its neighbours */
export const listenerHandlers = (balancers: Balancers): Handlers<ELB.Operations> => ({
  CreateListener(input, ctx) {
    const balancer = findBalancer(input.LoadBalancerArn, ctx);
    const { Port: port, Protocol: protocol } = input;
    if (port === undefined) throw validationError("A listener port must be specified");
    if (protocol === undefined) throw validationError("A listener protocol must be specified");
    checkProtocol(protocol, balancer);
    if (listenersOf(balancer, ctx.store).some((other) => other.port === port))
      throw duplicateListener(input.LoadBalancerArn);
    const listener = saveListener(
      {
        balancer: balancer.name,
        balancerId: balancer.id,
        type: balancer.type,
        id: ctx.random.hex(16),
        port,
        protocol,
        ...securityOf(input, protocol),
        actions: checkedActions(input.DefaultActions, { balancer, protocol }, ctx),
        ruleId: ctx.random.hex(16),
        attributes: {},
        tags: tagging.read(input.Tags as { Key: string }[] | undefined),
      },
      ctx,
    );
    balancers.look(ctx);
    return { Listeners: [describeListener(listener, balancer, ctx)] };
  },

  DescribeListeners(input, ctx) {
    const { LoadBalancerArn, ListenerArns: arns = [] } = input;
    if (LoadBalancerArn === undefined && arns.length === 0)
      throw validationError("You must specify either listener ARNs or a load balancer ARN");
    if (LoadBalancerArn !== undefined && arns.length > 0)
      throw validationError("Listener ARNs and a load balancer ARN cannot be specified at the same time");
    const found =
      LoadBalancerArn === undefined
        ? arns.map((arn) => findListener(arn, ctx))
        : ofBalancer(findBalancer(LoadBalancerArn, ctx), ctx);
    const { items, NextMarker } = pageBy(found, sortKey, input, ctx.operation);
    return {
      Listeners: items.map(({ listener, balancer }) => describeListener(listener, balancer, ctx)),
      NextMarker,
    };
  },

  ModifyListener(input, ctx) {
    const { balancer, listener } = findListener(input.ListenerArn, ctx);
    const { Port: port = listener.port, Protocol: protocol = listener.protocol } = input;
    checkProtocol(protocol, balancer);
    const others = listenersOf(balancer, ctx.store).filter(({ id }) => id !== listener.id);
    if (others.some((other) => other.port === port))
      throw duplicateListener(listenerArn(ctx, balancer, listener.id));
    const { sslPolicy, alpnPolicy, ...kept } = listener;
    const before: ELB.ModifyListenerInput = {
      ListenerArn: input.ListenerArn,
      ...(listener.certificates.length > 0 && {
        Certificates: listener.certificates.map((CertificateArn) => ({ CertificateArn })),
      }),
      ...(sslPolicy !== undefined && { SslPolicy: sslPolicy }),
      ...(alpnPolicy && { AlpnPolicy: [...alpnPolicy] }),
    };
    const security = isSecure(protocol) ? { ...before, ...input } : input;
    const changed = saveListener(
      {
        ...kept,
        port,
        protocol,
        ...securityOf(security, protocol),
        actions: input.DefaultActions
          ? checkedActions(input.DefaultActions, { balancer, protocol }, ctx)
          : listener.actions,
      },
      ctx,
    );
    balancers.look(ctx);
    return { Listeners: [describeListener(changed, balancer, ctx)] };
  },

  DeleteListener({ ListenerArn }, ctx) {
    const { balancer, listener } = findListener(ListenerArn, ctx);
    ctx.store.collection(rules).clear({ prefix: [balancer.name, listener.id] });
    ctx.store.collection(listeners).delete([balancer.name, listener.id]);
    balancers.look(ctx);
  },

  DescribeListenerAttributes({ ListenerArn }, ctx) {
    const { listener } = findListener(ListenerArn, ctx);
    return { Attributes: attributeList(attributesOfListener(listener), listener.attributes) };
  },

  ModifyListenerAttributes({ ListenerArn, Attributes }, ctx) {
    const { listener } = findListener(ListenerArn, ctx);
    const known = attributesOfListener(listener);
    const attributes = changedAttributes("Listener", known, listener.attributes, Attributes);
    saveListener({ ...listener, attributes }, ctx);
    return { Attributes: attributeList(known, attributes) };
  },

  AddListenerCertificates({ ListenerArn, Certificates }, ctx) {
    const { listener } = findListener(ListenerArn, ctx);
    checkSecure(listener);
    const given = Certificates.map(({ CertificateArn = "" }) => CertificateArn);
    const certificates = [...new Set([...listener.certificates, ...given])];
    if (certificates.length > MOST_CERTIFICATES + 1) throw tooManyCertificates();
    saveListener({ ...listener, certificates }, ctx);
    return { Certificates: given.map((CertificateArn) => ({ CertificateArn, IsDefault: false })) };
  },

  RemoveListenerCertificates({ ListenerArn, Certificates }, ctx) {
    const { listener } = findListener(ListenerArn, ctx);
    const gone = Certificates.map(({ CertificateArn }) => CertificateArn);
    const [first, ...more] = listener.certificates;
    if (gone.includes(first))
      throw operationNotPermitted("The default certificate of a listener cannot be removed");
    const left = more.filter((arn) => !gone.includes(arn));
    saveListener({ ...listener, certificates: first === undefined ? [] : [first, ...left] }, ctx);
    return {};
  },

  DescribeListenerCertificates(input, ctx) {
    const { listener } = findListener(input.ListenerArn, ctx);
    const all = listener.certificates.map((CertificateArn, n) => ({ CertificateArn, IsDefault: n === 0 }));
    const { items, NextMarker } = pageBy(all, ({ CertificateArn }) => CertificateArn, input, ctx.operation);
    return { Certificates: items, NextMarker };
  },
});

const ofBalancer = (balancer: LoadBalancerRecord, ctx: Context) =>
  listenersOf(balancer, ctx.store).map((listener) => ({ balancer, listener }));

/** In the order of their ports; the id tells those of several load balancers apart. */
const sortKey = ({ listener }: { readonly listener: ListenerRecord }): string =>
  `${String(listener.port).padStart(5, "0")} ${listener.id}`;

/** @throws ValidationError, UnsupportedProtocol */
function checkProtocol(protocol: string, { type }: LoadBalancerRecord): void {
  const allowed = PROTOCOLS[type];
  if (!allowed.includes(protocol))
    throw validationError(`Listener protocol '${protocol}' must be one of '${allowed.join(", ")}'`);
  if (protocol.includes("UDP")) throw unsupportedProtocol("Squall carries no UDP.");
}

/** @throws ValidationError, SSLPolicyNotFound */
function securityOf(
  {
    Certificates = [],
    SslPolicy,
    AlpnPolicy,
  }: Pick<ELB.CreateListenerInput, "Certificates" | "SslPolicy" | "AlpnPolicy">,
  protocol: string,
): Pick<ListenerRecord, "certificates" | "sslPolicy" | "alpnPolicy"> {
  const certificates = Certificates.map(({ CertificateArn = "" }) => CertificateArn);
  if (!isSecure(protocol)) {
    if (certificates.length > 0)
      throw validationError(`A certificate cannot be specified for ${protocol} listeners`);
    if (SslPolicy !== undefined)
      throw validationError(`An SSL policy cannot be specified for ${protocol} listeners`);
    return { certificates: [] };
  }
  if (certificates.length === 0)
    throw validationError(`A certificate must be specified for ${protocol} listeners`);
  if (SslPolicy !== undefined && !SSL_POLICIES.some(({ name }) => name === SslPolicy))
    throw sslPolicyNotFound(SslPolicy);
  return {
    certificates,
    sslPolicy: SslPolicy ?? FIRST_POLICY,
    ...(AlpnPolicy && { alpnPolicy: AlpnPolicy }),
  };
}

/** @throws ValidationError */
function checkSecure({ protocol }: ListenerRecord): void {
  if (!isSecure(protocol))
    throw validationError(`A certificate cannot be specified for ${protocol} listeners`);
}
