import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "route53",
    type: "hostedzone",
    most: 10,
    create: async (call, name) => {
      const { HostedZone } = await call("CreateHostedZone", { Name: name, CallerReference: name });
      return `arn:aws:route53:::${(HostedZone as { Id: string }).Id.slice(1)}`;
    },
  },
  {
    service: "route53",
    type: "healthcheck",
    most: 10,
    create: async (call, CallerReference) => {
      const HealthCheckConfig = { Type: "HTTP", IPAddress: "127.0.0.1", Disabled: true };
      const { HealthCheck } = await call("CreateHealthCheck", { CallerReference, HealthCheckConfig });
      return `arn:aws:route53:::healthcheck/${(HealthCheck as { Id: string }).Id}`;
    },
  },
];
