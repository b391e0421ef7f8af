import type { TaggedCase } from "../tagged.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
});

export const tagged: readonly TaggedCase[] = [
  {
    service: "iam",
    type: "role",
    async create(call, RoleName) {
      await call("CreateRole", { RoleName, Path: "/p/", AssumeRolePolicyDocument: TRUST });
      return `arn:aws:iam::${call.account}:role/p/${RoleName}`;
    },
  },
  {
    service: "iam",
    type: "user",
    async create(call, UserName) {
      await call("CreateUser", { UserName });
      return `arn:aws:iam::${call.account}:user/${UserName}`;
    },
  },
  {
    service: "iam",
    type: "instance-profile",
    async create(call, InstanceProfileName) {
      await call("CreateInstanceProfile", { InstanceProfileName });
      return `arn:aws:iam::${call.account}:instance-profile/${InstanceProfileName}`;
    },
  },
  {
    service: "iam",
    type: "policy",
    async create(call, PolicyName) {
      await call("CreatePolicy", { PolicyName, PolicyDocument: POLICY });
      return `arn:aws:iam::${call.account}:policy/${PolicyName}`;
    },
  },
  {
    service: "iam",
    type: "oidc-provider",
    async create(call, host) {
      await call("CreateOpenIDConnectProvider", { Url: `https://${host}.example.com/id` });
      return `arn:aws:iam::${call.account}:oidc-provider/${host}.example.com/id`;
    },
  },
  {
    service: "iam",
    type: "saml-provider",
    async create(call, Name) {
      const SAMLMetadataDocument = `<EntityDescriptor>${" ".repeat(1000)}</EntityDescriptor>`;
      const { SAMLProviderArn } = await call("CreateSAMLProvider", { Name, SAMLMetadataDocument });
      return SAMLProviderArn as string;
    },
  },
  {
    service: "iam",
    type: "mfa",
    async create(call, VirtualMFADeviceName) {
      await call("CreateVirtualMFADevice", { VirtualMFADeviceName, Path: "/p/" });
      return `arn:aws:iam::${call.account}:mfa/p/${VirtualMFADeviceName}`;
    },
  },
  {
    service: "iam",
    type: "server-certificate",
    async create(call, ServerCertificateName) {
      await call("UploadServerCertificate", {
        ServerCertificateName,
        CertificateBody: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
        PrivateKey: "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
      });
      return `arn:aws:iam::${call.account}:server-certificate/${ServerCertificateName}`;
    },
  },
];
