import { call, describedBy, firstIn, retagByArn, setAttributes, tagged } from "../mapping/elbv2.ts";
import { gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listener.html */
export default defineType({
  type: "AWS::ElasticLoadBalancingV2::Listener",
  required: ["DefaultActions", "LoadBalancerArn"],
  replacedBy: ["LoadBalancerArn"],
  isTagged: true,
  async create(properties, at) {
    const made = firstIn(await call(at, "CreateListener", withTags(properties, at)), "Listeners");
    const id = String(made?.["ListenerArn"]);
    const listener = { id, attributes: { ListenerArn: id } };
    at.made(listener);
    await configure(id, properties, at);
    return listener;
  },
  async update({ id, properties: before, attributes }, properties, at) {
    await call(at, "ModifyListener", { ...properties, ListenerArn: id });
    await configure(id, properties, at);
    await retagByArn(id, before, properties, at);
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteListener", { ListenerArn: id })),
  attributes: async (id) => ({ ListenerArn: id }),
  async read({ id, properties }, at) {
    const listener = await describedBy("DescribeListeners", { ListenerArns: [id] }, "Listeners", at);
    return shown(properties, await tagged(id, listener, at));
  },
});

const configure = (id: string, { ListenerAttributes }: Properties, at: ResourceContext) =>
  setAttributes("ModifyListenerAttributes", { ListenerArn: id }, ListenerAttributes, at);
