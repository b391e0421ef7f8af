import { arn, byId, type Call, type ListCase } from "../lists.ts";

const paged = {
  service: "elbv2",
  size: "PageSize",
  token: "Marker",
  next: "NextMarker",
} as const;

const response = (StatusCode = "200") => [{ Type: "fixed-response", FixedResponseConfig: { StatusCode } }];

/** Calls of Elastic Load Balancing in the account of another service's. */
export const elbOf = (call: Call): Call =>
  Object.assign((operation: string, input?: object, service = "elbv2") => call(operation, input, service), {
    account: call.account,
  });

async function subnets(call: Call): Promise<{ SubnetId: string; VpcId: string }[]> {
  const { Subnets } = await call("DescribeSubnets", {}, "ec2");
  return (Subnets as { SubnetId: string; VpcId: string }[]).slice(0, 2);
}

export async function aBalancer(call: Call, Name: string): Promise<string> {
  const Subnets = (await subnets(call)).map(({ SubnetId }) => SubnetId);
  const { LoadBalancers } = await call("CreateLoadBalancer", { Name, Subnets });
  return (LoadBalancers as [{ LoadBalancerArn: string }])[0].LoadBalancerArn;
}

export async function aTargetGroup(call: Call, Name: string): Promise<string> {
  const [{ VpcId = "" } = {}] = await subnets(call);
  const { TargetGroups } = await call("CreateTargetGroup", { Name, Protocol: "HTTP", Port: 80, VpcId });
  return (TargetGroups as [{ TargetGroupArn: string }])[0].TargetGroupArn;
}

/** A listener of a load balancer that is there, or is made. */
export async function aListener(call: Call, Name: string, Port = 20_080): Promise<string> {
  const LoadBalancerArn = await aBalancer(call, Name);
  const { Listeners } = await call("CreateListener", {
    LoadBalancerArn,
    Protocol: "HTTP",
    Port,
    DefaultActions: response(),
  });
  return (Listeners as [{ ListenerArn: string }])[0].ListenerArn;
}

export async function aRule(call: Call, ListenerArn: string, Priority: number): Promise<string> {
  const { Rules } = await call("CreateRule", {
    ListenerArn,
    Priority,
    Conditions: [{ Field: "path-pattern", Values: [`/${Priority}`] }],
    Actions: response("404"),
  });
  return (Rules as [{ RuleArn: string }])[0].RuleArn;
}

/** The one that all others of a list are of: made when it is first asked for. */
const listenerOf = async (call: Call): Promise<string> => {
  const LoadBalancerArn = await aBalancer(call, "listed");
  const { Listeners } = await call("DescribeListeners", { LoadBalancerArn });
  const [first] = Listeners as { ListenerArn: string }[];
  return first?.ListenerArn ?? (await aListener(call, "listed"));
};

const numberOf = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
const nameOf = (number: number): string => `q${String(number).padStart(3, "0")}`;
const FIRST_PORT = 20_000;

const certificateOf = (call: Call, name: string) => ({
  CertificateArn: arn("acm", call.account, `certificate/${name}`),
});

/** A listener with a certificate of its own beside those that are listed. */
async function secureListener(call: Call): Promise<string> {
  const LoadBalancerArn = await aBalancer(call, "listed");
  const { Listeners } = await call("DescribeListeners", { LoadBalancerArn });
  const [known] = Listeners as { ListenerArn: string }[];
  if (known) return known.ListenerArn;
  const made = await call("CreateListener", {
    LoadBalancerArn,
    Protocol: "HTTPS",
    Port: FIRST_PORT,
    Certificates: [certificateOf(call, "own")],
    DefaultActions: response(),
  });
  return (made["Listeners"] as [{ ListenerArn: string }])[0].ListenerArn;
}

export const lists: readonly ListCase[] = [
  {
    ...paged,
    operation: "DescribeLoadBalancers",
    items: "LoadBalancers",
    ...byId(aBalancer, (call, LoadBalancerArn) => call("DeleteLoadBalancer", { LoadBalancerArn })),
    nameOf: ({ LoadBalancerName }: { LoadBalancerName: string }) => LoadBalancerName,
  },
  {
    ...paged,
    operation: "DescribeTargetGroups",
    items: "TargetGroups",
    ...byId(aTargetGroup, (call, TargetGroupArn) => call("DeleteTargetGroup", { TargetGroupArn })),
    nameOf: ({ TargetGroupName }: { TargetGroupName: string }) => TargetGroupName,
  },
  {
    ...paged,
    operation: "DescribeListeners",
    items: "Listeners",
    input: async (_, call) => ({ LoadBalancerArn: await aBalancer(call, "listed") }),
    ...byId(
      (call, name) => aListener(call, "listed", FIRST_PORT + numberOf(name)),
      (call, ListenerArn) => call("DeleteListener", { ListenerArn }),
    ),
    nameOf: ({ Port }: { Port: number }) => nameOf(Port - FIRST_PORT),
  },
  {
    ...paged,
    operation: "DescribeRules",
    items: "Rules",
    input: async (_, call) => ({ ListenerArn: await listenerOf(call) }),
    ...byId(
      async (call, name) => aRule(call, await listenerOf(call), numberOf(name) + 1),
      (call, RuleArn) => call("DeleteRule", { RuleArn }),
    ),
    nameOf: ({ Priority }: { Priority: string }) =>
      Priority === "default" ? undefined : nameOf(Number(Priority) - 1),
  },
  {
    ...paged,
    operation: "DescribeListenerCertificates",
    items: "Certificates",
    input: async (_, call) => ({ ListenerArn: await secureListener(call) }),
    add: async (call, name) =>
      call("AddListenerCertificates", {
        ListenerArn: await secureListener(call),
        Certificates: [certificateOf(call, name)],
      }),
    remove: async (call, name) =>
      call("RemoveListenerCertificates", {
        ListenerArn: await secureListener(call),
        Certificates: [certificateOf(call, name)],
      }),
    nameOf: ({ CertificateArn, IsDefault }: { CertificateArn: string; IsDefault: boolean }) =>
      IsDefault ? undefined : CertificateArn.split("/").at(-1),
  },
  {
    ...paged,
    operation: "DescribeAccountLimits",
    items: "Limits",
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...paged,
    operation: "DescribeSSLPolicies",
    items: "SslPolicies",
    nameOf: ({ Name }: { Name: string }) => Name,
  },
];
