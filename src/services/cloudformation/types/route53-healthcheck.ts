import { found, gone, type Properties } from "../mapping/mapped.ts";
import { call, retagById, type Tagged, tag, tagsThere } from "../mapping/route53.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const KIND: Tagged = { ResourceType: "healthcheck", property: "HealthCheckTags" };

/** What is as before again when a template no longer says it. */
const RESETTABLE = ["ChildHealthChecks", "FullyQualifiedDomainName", "Regions", "ResourcePath"];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-healthcheck.html */
export default defineType({
  type: "AWS::Route53::HealthCheck",
  replacedBy: [
    "HealthCheckConfig.MeasureLatency",
    "HealthCheckConfig.RequestInterval",
    "HealthCheckConfig.Type",
  ],
  required: ["HealthCheckConfig"],
  isTagged: true,
  async create(properties, at) {
    const input = { ...properties, CallerReference: at.name(64) };
    const { HealthCheck } = await call(at, "CreateHealthCheck", input);
    const { Id: id } = HealthCheck as { Id: string };
    const made = { id, attributes: { HealthCheckId: id } };
    at.made(made);
    await tag(KIND, id, properties, at);
    return made;
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const config = properties["HealthCheckConfig"] as Properties;
    const had = before["HealthCheckConfig"] as Properties;
    const ResetElements = RESETTABLE.filter((name) => had[name] !== undefined && config[name] === undefined);
    await call(at, "UpdateHealthCheck", {
      ...config,
      HealthCheckId: id,
      ...(ResetElements.length > 0 && { ResetElements }),
    });
    await retagById(KIND, id, [before, properties], at);
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteHealthCheck", { HealthCheckId: id })),
  attributes: async (id) => ({ HealthCheckId: id }),
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetHealthCheck", { HealthCheckId: id }));
    if (!output) return undefined;
    const { HealthCheckConfig } = output["HealthCheck"] as Properties;
    return shown(properties, { HealthCheckConfig, ...(await tagsThere(KIND, id, at)) }, KIND.property);
  },
});
