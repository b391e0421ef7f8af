import assert from "node:assert/strict";
import { test } from "node:test";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientOptions } from "../../../test/cloud.ts";
import { balancedCloud } from "./fixture.test.ts";

const fixed = (StatusCode = "200") => [
  { Type: "fixed-response" as const, FixedResponseConfig: { StatusCode } },
];
const path = (...Values: string[]) => [{ Field: "path-pattern", Values }];
const CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/c1";

async function bed() {
  const lab = await balancedCloud();
  const elb = new ElasticLoadBalancingV2(clientOptions(lab.cloud, lab.account));
  return { ...lab, elb, ids: lab.subnets.map(({ SubnetId }) => SubnetId) };
}

/** Code and message of what a call is refused with. */
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "no error",
    ({ name, message }: Error) => `${name.replace(/Exception$/, "")}: ${message}`,
  );

test("a load balancer is made, found by name and ARN, changed and deleted", async () => {
  await using lab = await bed();
  const { elb, ids } = lab;
  const { LoadBalancers } = await elb.createLoadBalancer({
    Name: "web",
    Subnets: ids.slice(0, 2),
    Scheme: "internal",
  });
  const [made] = LoadBalancers ?? [];
  const LoadBalancerArn = made?.LoadBalancerArn ?? "";
  assert.match(
    LoadBalancerArn,
    /^arn:aws:elasticloadbalancing:us-east-1:\d{12}:loadbalancer\/app\/web\/[\da-f]{16}$/,
  );
  assert.match(made?.DNSName ?? "", /^internal-web-\d{10}\.us-east-1\.elb\.localhost\.localstack\.cloud$/);
  assert.equal(made?.State?.Code, "provisioning");
  for (const wanted of [{ Names: ["web"] }, { LoadBalancerArns: [LoadBalancerArn] }, {}]) {
    const [found] = (await elb.describeLoadBalancers(wanted)).LoadBalancers ?? [];
    assert.equal(found?.State?.Code, "active");
    assert.equal(found?.SecurityGroups?.length, 1);
  }
  // The same again is the same.
  const again = await elb.createLoadBalancer({ Name: "web", Subnets: ids.slice(0, 2), Scheme: "internal" });
  assert.equal(again.LoadBalancers?.[0]?.LoadBalancerArn, LoadBalancerArn);
  const zones = await elb.setSubnets({ LoadBalancerArn, Subnets: ids.slice(1, 4) });
  assert.deepEqual(
    zones.AvailabilityZones?.map(({ ZoneName }) => ZoneName),
    ["us-east-1b", "us-east-1c", "us-east-1d"],
  );
  const { SecurityGroups } = await lab.call("ec2", "DescribeSecurityGroups");
  const groups = [SecurityGroups[0].GroupId as string];
  const set = await elb.setSecurityGroups({ LoadBalancerArn, SecurityGroups: groups });
  assert.deepEqual(set.SecurityGroupIds, groups);
  assert.equal(
    (await elb.setIpAddressType({ LoadBalancerArn, IpAddressType: "dualstack" })).IpAddressType,
    "dualstack",
  );
  await elb.modifyLoadBalancerAttributes({
    LoadBalancerArn,
    Attributes: [{ Key: "deletion_protection.enabled", Value: "true" }],
  });
  assert.equal(
    await refusal(elb.deleteLoadBalancer({ LoadBalancerArn })),
    `OperationNotPermitted: Load balancer '${LoadBalancerArn}' cannot be deleted because deletion protection is enabled`,
  );
  await elb.modifyLoadBalancerAttributes({
    LoadBalancerArn,
    Attributes: [{ Key: "deletion_protection.enabled", Value: "false" }],
  });
  const { Attributes } = await elb.describeLoadBalancerAttributes({ LoadBalancerArn });
  assert.ok(Attributes?.some(({ Key, Value }) => Key === "idle_timeout.timeout_seconds" && Value === "60"));
  await elb.deleteLoadBalancer({ LoadBalancerArn });
  await elb.deleteLoadBalancer({ LoadBalancerArn });
  assert.equal(
    await refusal(elb.describeLoadBalancers({ Names: ["web"] })),
    "LoadBalancerNotFound: Load balancers '[web]' not found",
  );
});

test("listeners, rules and their priorities are kept as they are told", async () => {
  await using lab = await bed();
  const { elb } = lab;
  const { arn: LoadBalancerArn } = await lab.balancer();
  const TargetGroupArn = await lab.group("app");
  const ListenerArn = await lab.listen(LoadBalancerArn, TargetGroupArn, 18_400);
  const rule = async (Priority: number, StatusCode: string) =>
    (
      await elb.createRule({
        ListenerArn,
        Priority,
        Conditions: path(`/${Priority}`),
        Actions: fixed(StatusCode),
      })
    ).Rules?.[0]?.RuleArn ?? "";
  const [one, two] = [await rule(1, "404"), await rule(2, "503")];
  await elb.setRulePriorities({
    RulePriorities: [
      { RuleArn: one, Priority: 2 },
      { RuleArn: two, Priority: 1 },
    ],
  });
  const { Rules = [] } = await elb.describeRules({ ListenerArn });
  assert.deepEqual(
    Rules.map(({ Priority, IsDefault, RuleArn }) => [Priority, IsDefault, RuleArn === two]),
    [
      ["1", false, true],
      ["2", false, false],
      ["default", true, false],
    ],
  );
  assert.deepEqual(Rules[0]?.Conditions, [
    { Field: "path-pattern", Values: ["/2"], PathPatternConfig: { Values: ["/2"] } },
  ]);
  const changed = await elb.modifyRule({ RuleArn: one, Conditions: path("/a", "/b") });
  assert.deepEqual(changed.Rules?.[0]?.Conditions?.[0]?.Values, ["/a", "/b"]);
  await elb.modifyListener({ ListenerArn, Port: 18_401, DefaultActions: fixed() });
  const [listener] = (await elb.describeListeners({ ListenerArns: [ListenerArn] })).Listeners ?? [];
  assert.deepEqual([listener?.Port, listener?.DefaultActions?.[0]?.Type], [18_401, "fixed-response"]);
  await elb.modifyListenerAttributes({
    ListenerArn,
    Attributes: [{ Key: "routing.http.response.x_frame_options.header_value", Value: "DENY" }],
  });
  const attributes = (await elb.describeListenerAttributes({ ListenerArn })).Attributes ?? [];
  assert.ok(attributes.some(({ Value }) => Value === "DENY"));
  const refusals: readonly (readonly [Promise<unknown>, string])[] = [
    [rule(1, "200"), "PriorityInUse: Priority '1' is currently in use"],
    [
      lab.listen(LoadBalancerArn, TargetGroupArn, 18_401),
      `DuplicateListener: A listener already exists on this port for this load balancer '${LoadBalancerArn}'`,
    ],
    [elb.deleteRule({ RuleArn: `${one}0` }), "RuleNotFound: One or more rules not found"],
    [
      elb.describeListeners({ ListenerArns: [`${ListenerArn}0`] }),
      "ListenerNotFound: One or more listeners not found",
    ],
    [
      elb.deleteRule({ RuleArn: Rules[2]?.RuleArn ?? "" }),
      `OperationNotPermitted: Default rule '${Rules[2]?.RuleArn}' cannot be deleted`,
    ],
    [
      elb.createRule({ ListenerArn, Priority: 9, Conditions: path(), Actions: fixed() }),
      "ValidationError: A condition value must be specified",
    ],
    [
      elb.createRule({
        ListenerArn,
        Priority: 9,
        Conditions: [{ Field: "colour", Values: ["red"] }],
        Actions: fixed(),
      }),
      "ValidationError: Condition field 'colour' must be one of '[host-header, path-pattern, http-header, http-request-method, query-string, source-ip]'",
    ],
    [
      elb.createRule({
        ListenerArn,
        Priority: 9,
        Conditions: path("/"),
        Actions: [{ Type: "authenticate-oidc" }],
      }),
      "InvalidLoadBalancerAction: Squall serves no actions of the type authenticate-oidc.",
    ],
    [
      elb.setRulePriorities({ RulePriorities: [one, two].map((RuleArn) => ({ RuleArn, Priority: 7 })) }),
      "ValidationError: Priority '7' was provided multiple times",
    ],
  ];
  for (const [call, text] of refusals) assert.equal(await refusal(call), text);
  await elb.deleteRule({ RuleArn: one });
  await elb.deleteListener({ ListenerArn });
  assert.deepEqual((await elb.describeListeners({ LoadBalancerArn })).Listeners, []);
});

test("a target group is changed, is one load balancer's, and goes when nobody uses it", async () => {
  await using lab = await bed();
  const { elb } = lab;
  const web = await lab.balancer();
  const other = await lab.balancer("other");
  const TargetGroupArn = await lab.group("app");
  const listener = await lab.listen(web.arn, TargetGroupArn, 18_410);
  const changed = await elb.modifyTargetGroup({
    TargetGroupArn,
    HealthCheckPath: "/health",
    Matcher: { HttpCode: "200-299,404" },
  });
  assert.equal(changed.TargetGroups?.[0]?.HealthCheckPath, "/health");
  assert.deepEqual(changed.TargetGroups?.[0]?.LoadBalancerArns, [web.arn]);
  const { Attributes = [] } = await elb.describeTargetGroupAttributes({ TargetGroupArn });
  assert.ok(
    Attributes.some(({ Key, Value }) => Key === "deregistration_delay.timeout_seconds" && Value === "300"),
  );
  const tcp = await lab.group("tcp", { Protocol: "TCP", HealthCheckTimeoutSeconds: 5 });
  const refusals: readonly (readonly [Promise<unknown>, string])[] = [
    [
      lab.group("app", { Port: 81 }),
      "DuplicateTargetGroupName: A target group with the same name 'app' exists, but with different settings",
    ],
    [
      elb.deleteTargetGroup({ TargetGroupArn }),
      `ResourceInUse: Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
    ],
    [
      lab.listen(other.arn, TargetGroupArn, 18_411),
      `TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${TargetGroupArn}`,
    ],
    [
      lab.listen(other.arn, tcp, 18_411),
      "IncompatibleProtocols: The protocol 'TCP' of the target group is not compatible with the protocol 'HTTP' of the listener",
    ],
    [lab.group("-app"), "ValidationError: Target group name '-app' cannot begin or end with '-'"],
    [
      lab.group("a".repeat(33)),
      `ValidationError: Target group name '${"a".repeat(33)}' cannot be longer than '32' characters`,
    ],
    [
      lab.group("late", { HealthCheckTimeoutSeconds: 5 }),
      "ValidationError: Health check timeout '5' must be smaller than the interval '5'",
    ],
    [
      elb.modifyTargetGroupAttributes({ TargetGroupArn, Attributes: [{ Key: "colour", Value: "red" }] }),
      "ValidationError: Target group attribute key 'colour' is not recognized",
    ],
    [
      elb.describeTargetGroups({ Names: ["app"], TargetGroupArns: [TargetGroupArn] }),
      "ValidationError: Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time",
    ],
    [
      elb.describeTargetHealth({ TargetGroupArn: `${TargetGroupArn}0` }),
      `TargetGroupNotFound: Target groups '${TargetGroupArn}0' not found`,
    ],
  ];
  for (const [call, text] of refusals) assert.equal(await refusal(call), text);
  assert.deepEqual(
    (await elb.describeTargetHealth({ TargetGroupArn, Targets: [{ Id: "10.0.0.9" }] }))
      .TargetHealthDescriptions?.[0]?.TargetHealth,
    {
      State: "unused",
      Reason: "Target.NotRegistered",
      Description: "Target is not registered to the target group",
    },
  );
  await elb.deleteListener({ ListenerArn: listener });
  await elb.deleteTargetGroup({ TargetGroupArn });
});

test("certificates, tags, limits and SSL policies are told", async () => {
  await using lab = await bed();
  const { elb } = lab;
  const { arn: LoadBalancerArn } = await lab.balancer();
  const secure = { LoadBalancerArn, Port: 18_420, Protocol: "HTTPS" as const, DefaultActions: fixed() };
  assert.equal(
    await refusal(elb.createListener(secure)),
    "ValidationError: A certificate must be specified for HTTPS listeners",
  );
  const { Listeners } = await elb.createListener({
    ...secure,
    Certificates: [{ CertificateArn: CERTIFICATE }],
  });
  const ListenerArn = Listeners?.[0]?.ListenerArn ?? "";
  assert.equal(Listeners?.[0]?.SslPolicy, "ELBSecurityPolicy-2016-08");
  const more = [{ CertificateArn: `${CERTIFICATE}2` }];
  await elb.addListenerCertificates({ ListenerArn, Certificates: more });
  assert.deepEqual(
    (await elb.describeListenerCertificates({ ListenerArn })).Certificates?.map(({ IsDefault }) => IsDefault),
    [true, false],
  );
  await elb.removeListenerCertificates({ ListenerArn, Certificates: more });
  await elb.addTags({ ResourceArns: [LoadBalancerArn, ListenerArn], Tags: [{ Key: "a", Value: "1" }] });
  await elb.removeTags({ ResourceArns: [ListenerArn], TagKeys: ["a"] });
  const { TagDescriptions } = await elb.describeTags({ ResourceArns: [LoadBalancerArn, ListenerArn] });
  assert.deepEqual(
    TagDescriptions?.map(({ Tags }) => Tags),
    [[{ Key: "a", Value: "1" }], []],
  );
  const limits = (await elb.describeAccountLimits({})).Limits ?? [];
  assert.ok(limits.some(({ Name, Max }) => Name === "target-groups" && Max === "3000"));
  const { SslPolicies } = await elb.describeSSLPolicies({ Names: ["ELBSecurityPolicy-TLS13-1-3-2021-06"] });
  assert.deepEqual(SslPolicies?.[0]?.SslProtocols, ["TLSv1.3"]);
});

test("a load balancer that cannot be is refused in AWS's words", async () => {
  await using lab = await bed();
  const { elb, ids } = lab;
  await lab.balancer("taken");
  const [one = "", two = ""] = ids;
  const refusals: readonly (readonly [object, string])[] = [
    [
      { Name: "taken", Subnets: [one, two], Scheme: "internal" },
      "DuplicateLoadBalancerName: A load balancer with the same name 'taken' exists, but with different settings",
    ],
    [
      { Subnets: [one] },
      "ValidationError: At least two subnets in two different Availability Zones must be specified",
    ],
    [
      { Subnets: [one, one] },
      "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    ],
    [
      { Subnets: [one, "subnet-0123456789abcdef0"] },
      "SubnetNotFound: The subnet ID 'subnet-0123456789abcdef0' is not valid",
    ],
    [
      { Subnets: [one, two], SecurityGroups: ["sg-0123456789abcdef0"] },
      "InvalidSecurityGroup: The security group 'sg-0123456789abcdef0' does not exist",
    ],
    [
      { Subnets: [one, two], Type: "gateway" },
      "ValidationError: Squall serves load balancers of the types application and network, and none of the type gateway.",
    ],
  ];
  for (const [input, text] of refusals)
    assert.equal(await refusal(elb.createLoadBalancer({ Name: "web", ...input })), text);
});
