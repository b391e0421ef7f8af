import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { iamCloud, refused, TRUST } from "./fixture.test.ts";

const { cloud, client } = await iamCloud();

test("An account has one alias", async () => {
  const iam = client();
  assert.deepEqual((await iam.listAccountAliases({})).AccountAliases ?? [], []);
  await iam.createAccountAlias({ AccountAlias: "first" });
  await iam.createAccountAlias({ AccountAlias: "second" });
  assert.deepEqual((await iam.listAccountAliases({})).AccountAliases, ["second"]);
  await refused(iam.deleteAccountAlias({ AccountAlias: "first" }), "NoSuchEntity");
  await iam.deleteAccountAlias({ AccountAlias: "second" });
  assert.deepEqual((await iam.listAccountAliases({})).AccountAliases ?? [], []);
});

test("GetAccountSummary counts", async () => {
  const iam = client();
  await iam.createUser({ UserName: "u" });
  await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUST });
  const { SummaryMap } = await iam.getAccountSummary({});
  assert.equal(SummaryMap!.Users, 1);
  assert.equal(SummaryMap!.Roles, 1);
  assert.equal(SummaryMap!.Groups, 0);
  assert.equal(SummaryMap!.VersionsPerPolicyQuota, 5);
  assert.equal(SummaryMap!.GlobalEndpointTokenVersion, 1);
  await iam.setSecurityTokenServicePreferences({ GlobalEndpointTokenVersion: "v2Token" });
  assert.equal((await iam.getAccountSummary({})).SummaryMap!.GlobalEndpointTokenVersion, 2);
});

test("OpenID Connect providers", async () => {
  const account = newAccount();
  const iam = client(account);
  const Url = "https://token.actions.githubusercontent.com";
  const thumbprint = "a".repeat(40);
  const { OpenIDConnectProviderArn } = await iam.createOpenIDConnectProvider({
    Url,
    ClientIDList: ["sts.amazonaws.com"],
    ThumbprintList: [thumbprint],
    Tags: [{ Key: "a", Value: "b" }],
  });
  assert.equal(
    OpenIDConnectProviderArn,
    `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
  );
  await refused(
    iam.createOpenIDConnectProvider({ Url }),
    "EntityAlreadyExists",
    `Provider with url ${Url} already exists.`,
  );
  await refused(iam.createOpenIDConnectProvider({ Url: "http://x.example" }), "ValidationError");
  await iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID: "other" });
  await iam.removeClientIDFromOpenIDConnectProvider({
    OpenIDConnectProviderArn,
    ClientID: "sts.amazonaws.com",
  });
  await iam.updateOpenIDConnectProviderThumbprint({
    OpenIDConnectProviderArn,
    ThumbprintList: ["b".repeat(40)],
  });
  await iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: [{ Key: "c", Value: "d" }] });
  await iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys: ["a"] });
  assert.deepEqual((await iam.listOpenIDConnectProviderTags({ OpenIDConnectProviderArn })).Tags, [
    { Key: "c", Value: "d" },
  ]);
  const provider = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn });
  assert.deepEqual(
    [provider.Url, provider.ClientIDList, provider.ThumbprintList],
    ["token.actions.githubusercontent.com", ["other"], ["b".repeat(40)]],
  );
  assert.deepEqual((await iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList, [
    { Arn: OpenIDConnectProviderArn },
  ]);
  await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn });
  await refused(iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn }), "NoSuchEntity");
});

test("SAML providers", async () => {
  const account = newAccount();
  const iam = client(account);
  const metadata = `<EntityDescriptor entityID="x">${" ".repeat(1000)}</EntityDescriptor>`;
  const { SAMLProviderArn } = await iam.createSAMLProvider({ Name: "idp", SAMLMetadataDocument: metadata });
  assert.equal(SAMLProviderArn, `arn:aws:iam::${account}:saml-provider/idp`);
  await refused(
    iam.createSAMLProvider({ Name: "idp", SAMLMetadataDocument: metadata }),
    "EntityAlreadyExists",
  );
  await refused(
    iam.createSAMLProvider({ Name: "bad", SAMLMetadataDocument: "x".repeat(1000) }),
    "InvalidInput",
    "Could not parse metadata",
  );
  await iam.updateSAMLProvider({ SAMLProviderArn, SAMLMetadataDocument: metadata.replace('"x"', '"y"') });
  assert.match((await iam.getSAMLProvider({ SAMLProviderArn })).SAMLMetadataDocument!, /"y"/);
  assert.equal((await iam.listSAMLProviders({})).SAMLProviderList!.length, 1);
  await iam.tagSAMLProvider({ SAMLProviderArn, Tags: [{ Key: "a", Value: "b" }] });
  assert.equal((await iam.listSAMLProviderTags({ SAMLProviderArn })).Tags!.length, 1);
  await iam.untagSAMLProvider({ SAMLProviderArn, TagKeys: ["a"] });
  await iam.deleteSAMLProvider({ SAMLProviderArn });
  await refused(iam.getSAMLProvider({ SAMLProviderArn }), "NoSuchEntity");
});

test("Server certificates", async () => {
  const account = newAccount();
  const iam = client(account);
  const ServerCertificateName = "c";
  const { ServerCertificateMetadata } = await iam.uploadServerCertificate({
    ServerCertificateName,
    CertificateBody: "body",
    PrivateKey: "key",
    CertificateChain: "chain",
  });
  assert.equal(ServerCertificateMetadata!.Arn, `arn:aws:iam::${account}:server-certificate/c`);
  await iam.tagServerCertificate({ ServerCertificateName, Tags: [{ Key: "a", Value: "b" }] });
  assert.equal((await iam.listServerCertificateTags({ ServerCertificateName })).Tags!.length, 1);
  await iam.untagServerCertificate({ ServerCertificateName, TagKeys: ["a"] });
  await iam.updateServerCertificate({ ServerCertificateName, NewServerCertificateName: "d" });
  const { ServerCertificate } = await iam.getServerCertificate({ ServerCertificateName: "d" });
  assert.deepEqual(
    [ServerCertificate!.CertificateBody, ServerCertificate!.CertificateChain],
    ["body", "chain"],
  );
  assert.equal((await iam.listServerCertificates({})).ServerCertificateMetadataList!.length, 1);
  await iam.deleteServerCertificate({ ServerCertificateName: "d" });
  await refused(
    iam.getServerCertificate({ ServerCertificateName: "d" }),
    "NoSuchEntity",
    "The Server Certificate with name d cannot be found.",
  );
});

test("IAM is the same in every region, and a rule knows its resources by their names", async () => {
  const account = newAccount();
  const iam = client(account);
  await iam.createRole({ RoleName: "r", Path: "/p/", AssumeRolePolicyDocument: TRUST });
  const arn = `arn:aws:iam::${account}:role/p/r`;
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "iam", resource: arn },
  });
  await refused(iam.getRole({ RoleName: "r" }), "Throttling", "Rate exceeded");
});
