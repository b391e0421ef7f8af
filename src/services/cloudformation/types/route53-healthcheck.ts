import { retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { tagsOf } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const call = callsOf("route53");

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
    const tags = tagsOf(tagged(properties), at.stackTags);
    if (Object.keys(tags).length > 0) await changeTags(id, { AddTags: tags }, at);
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
    await retag(tagged(before), tagged(properties), at, {
      untag: (RemoveTagKeys) => changeTags(id, { RemoveTagKeys }, at),
      tag: (AddTags) => changeTags(id, { AddTags }, at),
    });
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteHealthCheck", { HealthCheckId: id })),
  attributes: async (id) => ({ HealthCheckId: id }),
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetHealthCheck", { HealthCheckId: id }));
    const check = output?.["HealthCheck"] as Properties | undefined;
    return shown(
      properties,
      check && {
        HealthCheckConfig: check["HealthCheckConfig"],
        HealthCheckTags: properties["HealthCheckTags"],
      },
    );
  },
});

const tagged = ({ HealthCheckTags: Tags }: Values): Values => (Tags === undefined ? {} : { Tags });

const changeTags = (ResourceId: string, change: object, at: ResourceContext) =>
  call(at, "ChangeTagsForResource", { ResourceType: "healthcheck", ResourceId, ...change });
