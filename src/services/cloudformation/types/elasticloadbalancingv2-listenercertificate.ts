import { listChanges, listOf } from "../mapping/changes.ts";
import { call } from "../mapping/elbv2.ts";
import { found, gone } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

interface Certificate {
  readonly CertificateArn: string;
  readonly IsDefault?: boolean;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listenercertificate.html */
export default defineType({
  type: "AWS::ElasticLoadBalancingV2::ListenerCertificate",
  required: ["Certificates", "ListenerArn"],
  replacedBy: ["ListenerArn"],
  async create(properties, at) {
    await call(at, "AddListenerCertificates", properties);
    const made = { id: `${at.name(64)}`, attributes: {} };
    at.made(made);
    return made;
  },
  async update({ id, properties: before }, properties, at) {
    const { added, removed } = listChanges(certificatesOf(before), certificatesOf(properties));
    const { ListenerArn } = properties;
    if (removed.length > 0)
      await call(at, "RemoveListenerCertificates", { ListenerArn, Certificates: removed });
    if (added.length > 0) await call(at, "AddListenerCertificates", { ListenerArn, Certificates: added });
    return { id, attributes: {} };
  },
  delete: ({ properties }, at) => gone(call(at, "RemoveListenerCertificates", properties)),
  async read({ properties }, at) {
    const known = await certificatesAt(properties, at);
    const own = new Set(certificatesOf(properties).map(({ CertificateArn }) => CertificateArn));
    const there = known?.filter(({ CertificateArn }) => own.has(CertificateArn)) ?? [];
    if (there.length === 0) return undefined;
    return shown(properties, {
      ...properties,
      Certificates: there.map(({ CertificateArn }) => ({ CertificateArn })),
    });
  },
});

const certificatesOf = (properties: Readonly<Record<string, unknown>>) =>
  listOf<Certificate>(properties, "Certificates");

async function certificatesAt(
  { ListenerArn }: Readonly<Record<string, unknown>>,
  at: ResourceContext,
): Promise<readonly Certificate[] | undefined> {
  const output = await found(call(at, "DescribeListenerCertificates", { ListenerArn }));
  return output?.["Certificates"] as readonly Certificate[] | undefined;
}
