import { call } from "../mapping/iam-principal.ts";
import { mapped, type Properties } from "../mapping/mapped.ts";

const certificate = mapped({
  type: "AWS::IAM::ServerCertificate",
  service: "iam",
  replacedBy: ["CertificateBody", "CertificateChain", "PrivateKey", "ServerCertificateName"],
  named: ["ServerCertificateName", 128],
  create: "UploadServerCertificate",
  delete: "DeleteServerCertificate",
  read: "GetServerCertificate",
  attributesOf: (output) => ({ Arn: metadataOf(output)["Arn"] }),
  describedIn: ({ ServerCertificate }) => ({
    ...(ServerCertificate as Properties),
    ...metadataOf(ServerCertificate as Properties),
  }),
  tags: ["TagServerCertificate", "UntagServerCertificate", (id) => ({ ServerCertificateName: id })],
});

const metadataOf = (output: Properties): Properties =>
  (output["ServerCertificateMetadata"] ?? output) as Properties;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-servercertificate.html */
export default {
  ...certificate,
  async update(existing, properties, at) {
    const { id } = existing;
    const NewPath = properties["Path"] ?? "/";
    if (NewPath !== (existing.properties["Path"] ?? "/"))
      await call(at, "UpdateServerCertificate", { ServerCertificateName: id, NewPath });
    await certificate.update?.(existing, properties, at);
    return { id, attributes: (await certificate.attributes?.(id, properties, at)) ?? {} };
  },
} satisfies typeof certificate;
