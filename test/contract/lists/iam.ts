import { byId, type Call, type ListCase } from "../lists.ts";

const METADATA = `<EntityDescriptor>${" ".repeat(1000)}</EntityDescriptor>`;

const page = { service: "iam", size: "MaxItems", token: "Marker", next: "Marker" } as const;
const name = (member: string) => (item: never) => (item as Record<string, string>)[member];
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
});

/** A policy of AWS's that is in every account. */
const SHARED_POLICY = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";
const PEM = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";
const certificateOf = (ServerCertificateName: string) => ({
  ServerCertificateName,
  CertificateBody: PEM,
  PrivateKey: "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
});

/** What managed policies are attached to, and what it takes to make one. */
const ATTACHED = [
  { kind: "Role", create: { AssumeRolePolicyDocument: TRUST } },
  { kind: "User", create: {} },
  { kind: "Group", create: {} },
];

/** Types that have a list of tags of their own, beside users. */
const TAGGED: readonly {
  readonly type: string;
  readonly member: string;
  value(account: string): string;
  create(call: Call): Promise<unknown>;
}[] = [
  {
    type: "Role",
    member: "RoleName",
    value: () => "x",
    create: (call) => call("CreateRole", { RoleName: "x", AssumeRolePolicyDocument: TRUST }),
  },
  {
    type: "InstanceProfile",
    member: "InstanceProfileName",
    value: () => "x",
    create: (call) => call("CreateInstanceProfile", { InstanceProfileName: "x" }),
  },
  {
    type: "Policy",
    member: "PolicyArn",
    value: (account) => `arn:aws:iam::${account}:policy/x`,
    create: (call) => call("CreatePolicy", { PolicyName: "x", PolicyDocument: POLICY }),
  },
  {
    type: "OpenIDConnectProvider",
    member: "OpenIDConnectProviderArn",
    value: (account) => `arn:aws:iam::${account}:oidc-provider/x.example.com`,
    create: (call) => call("CreateOpenIDConnectProvider", { Url: "https://x.example.com" }),
  },
  {
    type: "SAMLProvider",
    member: "SAMLProviderArn",
    value: (account) => `arn:aws:iam::${account}:saml-provider/x`,
    create: (call) => call("CreateSAMLProvider", { Name: "x", SAMLMetadataDocument: METADATA }),
  },
  {
    type: "MFADevice",
    member: "SerialNumber",
    value: (account) => `arn:aws:iam::${account}:mfa/x`,
    create: (call) => call("CreateVirtualMFADevice", { VirtualMFADeviceName: "x" }),
  },
  {
    type: "ServerCertificate",
    member: "ServerCertificateName",
    value: () => "x",
    create: (call) => call("UploadServerCertificate", certificateOf("x")),
  },
];

const user = { UserName: "u" };
const ofUser = { input: () => user, prepare: (call: Call) => call("CreateUser", user) };

/** What a user has without a name of its own: it is known by the id that it got. */
function owned(
  create: string,
  idPath: string,
  remove: string,
  idMember: string,
  more: object | ((name: string) => object) = {},
) {
  const names = new Map<string, string>();
  const add = async (call: Call, name: string) => {
    const output = await call(create, { ...user, ...(typeof more === "function" ? more(name) : more) });
    const [outer, inner] = idPath.split(".") as [string, string];
    const id = (output[outer] as Record<string, string>)[inner]!;
    names.set(id, name);
    return id;
  };
  return {
    ...byId(add, (call, id) => call(remove, { ...user, [idMember]: id })),
    nameOf: (item: never) => names.get((item as Record<string, string>)[idMember]!),
  };
}

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListUsers",
    items: "Users",
    add: (call, UserName) => call("CreateUser", { UserName }),
    remove: (call, UserName) => call("DeleteUser", { UserName }),
    nameOf: name("UserName"),
  },
  {
    ...page,
    operation: "ListGroups",
    items: "Groups",
    add: (call, GroupName) => call("CreateGroup", { GroupName }),
    remove: (call, GroupName) => call("DeleteGroup", { GroupName }),
    nameOf: name("GroupName"),
  },
  {
    ...page,
    operation: "ListRoles",
    items: "Roles",
    add: (call, RoleName) => call("CreateRole", { RoleName, AssumeRolePolicyDocument: TRUST }),
    remove: (call, RoleName) => call("DeleteRole", { RoleName }),
    nameOf: name("RoleName"),
  },
  {
    ...page,
    operation: "ListInstanceProfiles",
    items: "InstanceProfiles",
    add: (call, InstanceProfileName) => call("CreateInstanceProfile", { InstanceProfileName }),
    remove: (call, InstanceProfileName) => call("DeleteInstanceProfile", { InstanceProfileName }),
    nameOf: name("InstanceProfileName"),
  },
  {
    ...page,
    operation: "ListPolicies",
    input: () => ({ Scope: "Local" }),
    items: "Policies",
    add: (call, PolicyName) => call("CreatePolicy", { PolicyName, PolicyDocument: POLICY }),
    remove: (call, PolicyName) =>
      call("DeletePolicy", { PolicyArn: `arn:aws:iam::${call.account}:policy/${PolicyName}` }),
    nameOf: name("PolicyName"),
  },
  {
    ...page,
    operation: "ListRolePolicies",
    input: () => ({ RoleName: "r" }),
    items: "PolicyNames",
    prepare: (call) => call("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: TRUST }),
    add: (call, PolicyName) => call("PutRolePolicy", { RoleName: "r", PolicyName, PolicyDocument: POLICY }),
    remove: (call, PolicyName) => call("DeleteRolePolicy", { RoleName: "r", PolicyName }),
    nameOf: (policyName: string) => policyName,
  },
  {
    ...page,
    operation: "ListUserTags",
    input: () => ({ UserName: "u" }),
    items: "Tags",
    prepare: (call) => call("CreateUser", { UserName: "u" }),
    add: (call, Key) => call("TagUser", { UserName: "u", Tags: [{ Key, Value: "v" }] }),
    remove: (call, Key) => call("UntagUser", { UserName: "u", TagKeys: [Key] }),
    nameOf: name("Key"),
  },
  ...ATTACHED.map(
    ({ kind, create }): ListCase => ({
      ...page,
      operation: `ListAttached${kind}Policies`,
      input: () => ({ [`${kind}Name`]: "x" }),
      items: "AttachedPolicies",
      prepare: (call) => call(`Create${kind}`, { [`${kind}Name`]: "x", ...create }),
      async add(call, PolicyName) {
        const PolicyArn = `arn:aws:iam::aws:policy/${PolicyName}`;
        await call(`Attach${kind}Policy`, { [`${kind}Name`]: "x", PolicyArn });
      },
      remove: (call, PolicyName) =>
        call(`Detach${kind}Policy`, {
          [`${kind}Name`]: "x",
          PolicyArn: `arn:aws:iam::aws:policy/${PolicyName}`,
        }),
      nameOf: name("PolicyName"),
    }),
  ),
  ...ATTACHED.filter(({ kind }) => kind !== "Role").map(
    ({ kind }): ListCase => ({
      ...page,
      operation: `List${kind}Policies`,
      input: () => ({ [`${kind}Name`]: "x" }),
      items: "PolicyNames",
      prepare: (call) => call(`Create${kind}`, { [`${kind}Name`]: "x" }),
      add: (call, PolicyName) =>
        call(`Put${kind}Policy`, { [`${kind}Name`]: "x", PolicyName, PolicyDocument: POLICY }),
      remove: (call, PolicyName) => call(`Delete${kind}Policy`, { [`${kind}Name`]: "x", PolicyName }),
      nameOf: (policyName: string) => policyName,
    }),
  ),
  ...TAGGED.map(
    ({ type, member, value, create }): ListCase => ({
      ...page,
      operation: `List${type}Tags`,
      input: (account) => ({ [member]: value(account) }),
      items: "Tags",
      prepare: create,
      add: (call, Key) => call(`Tag${type}`, { [member]: value(call.account), Tags: [{ Key, Value: "v" }] }),
      remove: (call, Key) => call(`Untag${type}`, { [member]: value(call.account), TagKeys: [Key] }),
      nameOf: name("Key"),
    }),
  ),
  {
    ...page,
    operation: "ListGroupsForUser",
    input: () => ({ UserName: "u" }),
    items: "Groups",
    prepare: (call) => call("CreateUser", { UserName: "u" }),
    async add(call, GroupName) {
      await call("CreateGroup", { GroupName });
      await call("AddUserToGroup", { GroupName, UserName: "u" });
    },
    remove: (call, GroupName) => call("RemoveUserFromGroup", { GroupName, UserName: "u" }),
    nameOf: name("GroupName"),
  },
  {
    ...page,
    operation: "GetGroup",
    input: () => ({ GroupName: "g" }),
    items: "Users",
    prepare: (call) => call("CreateGroup", { GroupName: "g" }),
    async add(call, UserName) {
      await call("CreateUser", { UserName });
      await call("AddUserToGroup", { GroupName: "g", UserName });
    },
    remove: (call, UserName) => call("RemoveUserFromGroup", { GroupName: "g", UserName }),
    nameOf: name("UserName"),
  },
  {
    ...page,
    operation: "ListInstanceProfilesForRole",
    input: () => ({ RoleName: "r" }),
    items: "InstanceProfiles",
    prepare: (call) => call("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: TRUST }),
    async add(call, InstanceProfileName) {
      await call("CreateInstanceProfile", { InstanceProfileName });
      await call("AddRoleToInstanceProfile", { InstanceProfileName, RoleName: "r" });
    },
    remove: (call, InstanceProfileName) =>
      call("RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName: "r" }),
    nameOf: name("InstanceProfileName"),
  },
  {
    ...page,
    operation: "ListEntitiesForPolicy",
    input: () => ({ PolicyArn: SHARED_POLICY }),
    items: "PolicyRoles",
    async add(call, RoleName) {
      await call("CreateRole", { RoleName, AssumeRolePolicyDocument: TRUST });
      await call("AttachRolePolicy", { RoleName, PolicyArn: SHARED_POLICY });
    },
    remove: (call, RoleName) => call("DetachRolePolicy", { RoleName, PolicyArn: SHARED_POLICY }),
    nameOf: name("RoleName"),
  },
  {
    ...page,
    operation: "ListVirtualMFADevices",
    items: "VirtualMFADevices",
    add: (call, VirtualMFADeviceName) => call("CreateVirtualMFADevice", { VirtualMFADeviceName }),
    remove: (call, device) =>
      call("DeleteVirtualMFADevice", { SerialNumber: `arn:aws:iam::${call.account}:mfa/${device}` }),
    nameOf: (device: { SerialNumber: string }) => device.SerialNumber.split("/").at(-1),
  },
  {
    ...page,
    operation: "ListServerCertificates",
    items: "ServerCertificateMetadataList",
    add: (call, ServerCertificateName) =>
      call("UploadServerCertificate", certificateOf(ServerCertificateName)),
    remove: (call, ServerCertificateName) => call("DeleteServerCertificate", { ServerCertificateName }),
    nameOf: name("ServerCertificateName"),
  },
  {
    ...page,
    operation: "GetAccountAuthorizationDetails",
    input: () => ({ Filter: ["User"] }),
    items: "UserDetailList",
    add: (call, UserName) => call("CreateUser", { UserName }),
    remove: (call, UserName) => call("DeleteUser", { UserName }),
    nameOf: name("UserName"),
  },
  {
    ...page,
    operation: "ListAccessKeys",
    ...ofUser,
    most: 2,
    items: "AccessKeyMetadata",
    // Keys have no name that is given them: the older is the first of the names.
    ...owned("CreateAccessKey", "AccessKey.AccessKeyId", "DeleteAccessKey", "AccessKeyId"),
  },
  {
    ...page,
    operation: "ListSigningCertificates",
    ...ofUser,
    most: 2,
    items: "Certificates",
    ...owned(
      "UploadSigningCertificate",
      "Certificate.CertificateId",
      "DeleteSigningCertificate",
      "CertificateId",
      {
        CertificateBody: PEM,
      },
    ),
  },
  {
    ...page,
    operation: "ListServiceSpecificCredentials",
    ...ofUser,
    most: 2,
    items: "ServiceSpecificCredentials",
    ...owned(
      "CreateServiceSpecificCredential",
      "ServiceSpecificCredential.ServiceSpecificCredentialId",
      "DeleteServiceSpecificCredential",
      "ServiceSpecificCredentialId",
      { ServiceName: "codecommit.amazonaws.com" },
    ),
  },
  {
    ...page,
    operation: "ListSSHPublicKeys",
    ...ofUser,
    most: 5,
    items: "SSHPublicKeys",
    ...owned(
      "UploadSSHPublicKey",
      "SSHPublicKey.SSHPublicKeyId",
      "DeleteSSHPublicKey",
      "SSHPublicKeyId",
      (name) => ({
        SSHPublicKeyBody: `ssh-rsa ${Buffer.from(name).toString("base64")}`,
      }),
    ),
  },
  {
    ...page,
    operation: "ListMFADevices",
    ...ofUser,
    most: 8,
    items: "MFADevices",
    async add(call, VirtualMFADeviceName) {
      const { VirtualMFADevice } = (await call("CreateVirtualMFADevice", { VirtualMFADeviceName })) as {
        VirtualMFADevice: { SerialNumber: string };
      };
      const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
      await call("EnableMFADevice", { ...user, SerialNumber: VirtualMFADevice.SerialNumber, ...codes });
    },
    remove: (call, device) =>
      call("DeactivateMFADevice", { ...user, SerialNumber: `arn:aws:iam::${call.account}:mfa/${device}` }),
    nameOf: (device: { SerialNumber: string }) => device.SerialNumber.split("/").at(-1),
  },
  {
    ...page,
    operation: "ListPolicyVersions",
    input: (account) => ({ PolicyArn: `arn:aws:iam::${account}:policy/p` }),
    most: 5,
    items: "Versions",
    add: (call, at) =>
      at === "q000"
        ? call("CreatePolicy", { PolicyName: "p", PolicyDocument: POLICY })
        : call("CreatePolicyVersion", {
            PolicyArn: `arn:aws:iam::${call.account}:policy/p`,
            PolicyDocument: POLICY,
            SetAsDefault: false,
          }),
    // v1 of a policy is q000, v2 is q010.
    nameOf: ({ VersionId }: { VersionId: string }) =>
      `q${String((Number(VersionId.slice(1)) - 1) * 10).padStart(3, "0")}`,
  },
  ...["SimulateCustomPolicy", "SimulatePrincipalPolicy"].map(
    (operation): ListCase => ({
      ...page,
      operation,
      input: (account) => ({
        ...(operation === "SimulateCustomPolicy"
          ? { PolicyInputList: [POLICY] }
          : { PolicySourceArn: `arn:aws:iam::${account}:user/u` }),
        ActionNames: [
          "sqs:SendMessage",
          "sns:Publish",
          "s3:GetObject",
          "lambda:InvokeFunction",
          "sqs:ListQueues",
        ],
      }),
      items: "EvaluationResults",
      prepare: (call) => call("CreateUser", user),
      nameOf: name("EvalActionName"),
    }),
  ),
];
