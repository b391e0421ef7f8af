// Not tests but what the tests beside it share; named so that the build leaves it out.

import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud, CloudOptions } from "../../index.ts";

/** A program that a target group leads to, at a port of 127.0.0.1. */
export async function aTarget(name: string, answer?: RequestListener) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    if (request.headers["user-agent"]?.startsWith("ELB-HealthChecker")) return response.end();
    requests.push(request);
    return answer ? answer(request, response) : response.end(name);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    name,
    port: (server.address() as AddressInfo).port,
    requests,
    server,
    stop,
    [Symbol.asyncDispose]: async () => (server.listening ? stop() : undefined),
  };
}

/** A cloud whose account has load balancers. */
export async function balancedCloud(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  const balanced = await balancedOn(cloud, newAccount());
  return { ...balanced, [Symbol.asyncDispose]: () => cloud.stop() };
}

/** The same on a cloud that is there. */
export async function balancedOn(cloud: Cloud, account: string) {
  const client = new ElasticLoadBalancingV2Client(clientOptions(cloud, account));
  // biome-ignore lint/suspicious/noExplicitAny: outputs of other services
  const call = (service: string, operation: string, input: object = {}): Promise<any> =>
    cloud.call(service, operation, input, { account, region: "us-east-1" });
  const { Subnets } = await call("ec2", "DescribeSubnets");
  const subnets = (Subnets as { SubnetId: string; AvailabilityZone: string; VpcId: string }[]).sort((a, b) =>
    a.AvailabilityZone < b.AvailabilityZone ? -1 : 1,
  );
  const VpcId = subnets[0]?.VpcId ?? "";

  const balancer = async (Name = "web", Type: "application" | "network" = "application") => {
    const { LoadBalancers } = await client.send(
      new CreateLoadBalancerCommand({ Name, Type, Subnets: subnets.slice(0, 3).map((one) => one.SubnetId) }),
    );
    const [made] = LoadBalancers ?? [];
    if (!made) throw new Error("There is none.");
    return { arn: made.LoadBalancerArn ?? "", host: made.DNSName ?? "", made };
  };
  const group = async (Name: string, more: Partial<CreateTargetGroupCommandInput> = {}) => {
    const { TargetGroups } = await client.send(
      new CreateTargetGroupCommand({
        Name,
        Protocol: "HTTP",
        Port: 80,
        VpcId,
        TargetType: "ip",
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        ...more,
      }),
    );
    return TargetGroups?.[0]?.TargetGroupArn ?? "";
  };
  /** A target group with a function in it. */
  const functions = async (Name: string, Id: string): Promise<string> => {
    const { TargetGroups } = await call("elbv2", "CreateTargetGroup", { Name, TargetType: "lambda" });
    const { TargetGroupArn } = TargetGroups[0];
    await call("elbv2", "RegisterTargets", { TargetGroupArn, Targets: [{ Id }] });
    return TargetGroupArn;
  };
  const health = async (TargetGroupArn: string) => {
    const { TargetHealthDescriptions = [] } = await client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
      id: Target?.Id,
      port: Target?.Port,
      state: TargetHealth?.State,
      reason: TargetHealth?.Reason,
      description: TargetHealth?.Description,
    }));
  };
  const areAll = (arn: string, ...states: string[]) =>
    until(
      () => health(arn),
      (all) => all.length > 0 && all.every(({ state = "" }) => states.includes(state)),
    );
  const listen = async (LoadBalancerArn: string, TargetGroupArn: string, Port = 8080, Protocol = "HTTP") => {
    const { Listeners } = await client.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Port,
        Protocol: Protocol as "HTTP",
        DefaultActions: [{ Type: "forward", TargetGroupArn }],
      }),
    );
    return Listeners?.[0]?.ListenerArn ?? "";
  };
  const register = (TargetGroupArn: string, ...targets: { port: number; zone?: string }[]) =>
    client.send(
      new RegisterTargetsCommand({
        TargetGroupArn,
        Targets: targets.map(({ port, zone = subnets[0]?.AvailabilityZone ?? "" }) => ({
          Id: "127.0.0.1",
          Port: port,
          AvailabilityZone: zone,
        })),
      }),
    );
  /** Asks by the gateway's port, as whoever has the load balancer's name does. */
  const ask = (host: string, path = "/", init: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(`${cloud.url}${path}`, {
      redirect: "manual",
      ...init,
      headers: { ...init.headers, "x-forwarded-host": host },
    });
  return {
    cloud,
    account,
    client,
    call,
    subnets,
    VpcId,
    balancer,
    group,
    functions,
    health,
    areAll,
    listen,
    register,
    ask,
  };
}
