import assert from "node:assert/strict";
import { after, test } from "node:test";
import { IAM } from "@aws-sdk/client-iam";
import { type Credentials, STS } from "@aws-sdk/client-sts";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";

const cloud = await testCloud();
const strict = await testCloud({ strict: true });
after(() => Promise.all([cloud.stop(), strict.stop()]));

const client = (where = cloud, account = newAccount()) => new STS(clientOptions(where, account));
/** A client that uses the credentials that STS gave. */
const as = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials, where = cloud) =>
  new STS({
    ...clientOptions(where),
    credentials: {
      accessKeyId: AccessKeyId!,
      secretAccessKey: SecretAccessKey!,
      sessionToken: SessionToken!,
    },
  });
const identityOf = async (sts: STS) => {
  const { Arn, UserId, Account } = await sts.getCallerIdentity({});
  return { Arn, UserId, Account };
};
const trust = (Principal: unknown, more: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more }],
  });
const jwt = (claims: object) =>
  ["{}", JSON.stringify(claims), "sig"].map((part) => Buffer.from(part).toString("base64url")).join(".");

test("Whoever is not known is the root of the account that its key stands for", async () => {
  const account = newAccount();
  assert.deepEqual(await identityOf(client(cloud, account)), {
    Arn: `arn:aws:iam::${account}:root`,
    UserId: account,
    Account: account,
  });
  assert.equal((await identityOf(client(cloud, "test"))).Account, "000000000000");
});

test("A session of a role is that role, with its id", async () => {
  const account = newAccount();
  const iam = new IAM(clientOptions(cloud, account));
  const { Role } = await iam.createRole({
    RoleName: "worker",
    Path: "/svc/",
    AssumeRolePolicyDocument: trust({ AWS: account }),
  });
  const before = cloud.clock.now();
  const { Credentials: given, AssumedRoleUser } = await client(cloud, account).assumeRole({
    RoleArn: Role!.Arn,
    RoleSessionName: "me",
  });
  assert.match(given!.AccessKeyId!, /^ASIA[A-Z2-7]{16}$/);
  const lasts = given!.Expiration!.getTime() - before;
  assert.ok(lasts >= 3_599_000 && lasts <= 3_605_000, `${lasts}`);
  assert.deepEqual(AssumedRoleUser, {
    AssumedRoleId: `${Role!.RoleId}:me`,
    Arn: `arn:aws:sts::${account}:assumed-role/worker/me`,
  });
  assert.deepEqual(await identityOf(as(given!)), {
    Arn: AssumedRoleUser!.Arn,
    UserId: AssumedRoleUser!.AssumedRoleId,
    Account: account,
  });
});

test("A role that nobody made can be assumed, in another account too, and always has the same id", async () => {
  const RoleArn = "arn:aws:iam::222222222222:role/elsewhere";
  const first = await client().assumeRole({ RoleArn, RoleSessionName: "one" });
  const second = await client().assumeRole({ RoleArn, RoleSessionName: "one" });
  assert.equal(first.AssumedRoleUser!.AssumedRoleId, second.AssumedRoleUser!.AssumedRoleId);
  assert.equal((await identityOf(as(first.Credentials!))).Account, "222222222222");
});

test("What is no ARN of a role is refused", async () => {
  for (const RoleArn of ["arn:aws:iam::222222222222:user/ann", "arn:aws:sqs:us-east-1:1:q", "x".repeat(20)]) {
    await assert.rejects(client().assumeRole({ RoleArn, RoleSessionName: "me" }), {
      name: "ValidationError",
      message: `${RoleArn} is invalid`,
    });
  }
});

test("A session lasts as long as the role lets it, and an hour when it was started by a session", async () => {
  const account = newAccount();
  const iam = new IAM(clientOptions(cloud, account));
  const { Role } = await iam.createRole({
    RoleName: "r",
    AssumeRolePolicyDocument: trust({ AWS: account }),
    MaxSessionDuration: 7200,
  });
  const start = (sts: STS, DurationSeconds: number) =>
    sts.assumeRole({ RoleArn: Role!.Arn, RoleSessionName: "me", DurationSeconds });
  const { Credentials: given } = await start(client(cloud, account), 7200);
  await assert.rejects(start(client(cloud, account), 7201), {
    name: "ValidationError",
    message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  });
  await start(as(given!), 3600);
  await assert.rejects(start(as(given!), 3601), {
    message:
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
  });
  await assert.rejects(start(client(cloud, account), 899), { name: "ValidationError", message: /900/ });
});

test("Session names and policies are checked", async () => {
  const RoleArn = "arn:aws:iam::222222222222:role/r";
  const sts = client();
  await assert.rejects(sts.assumeRole({ RoleArn, RoleSessionName: "a b" }), {
    name: "ValidationError",
    message: /roleSessionName/,
  });
  await assert.rejects(sts.assumeRole({ RoleArn, RoleSessionName: "me", Policy: "no json" }), {
    name: "MalformedPolicyDocumentException",
    message: "This policy contains invalid Json",
  });
  const { PackedPolicySize, SourceIdentity } = await sts.assumeRole({
    RoleArn,
    RoleSessionName: "me",
    Policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
    SourceIdentity: "ann",
  });
  assert.ok(PackedPolicySize! > 0 && PackedPolicySize! <= 100);
  assert.equal(SourceIdentity, "ann");
});

test("Strictly, only a role's trust policy decides who may assume it", async () => {
  const account = newAccount();
  const other = newAccount();
  const iam = new IAM(clientOptions(strict, account));
  const make = async (RoleName: string, AssumeRolePolicyDocument: string) =>
    (await iam.createRole({ RoleName, AssumeRolePolicyDocument })).Role!.Arn!;
  const assume = (sts: STS, RoleArn: string, more: object = {}) =>
    sts.assumeRole({ RoleArn, RoleSessionName: "me", ...more });
  const own = client(strict, account);
  const stranger = client(strict, other);
  const denied = (arn: string) => ({
    name: "AccessDenied",
    message: `User: arn:aws:iam::${other}:root is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  });

  const friendly = await make("friendly", trust({ AWS: `arn:aws:iam::${account}:root` }));
  const { Credentials: given } = await assume(own, friendly);
  await assert.rejects(assume(stranger, friendly), denied(friendly));

  const locked = await make(
    "locked",
    trust({ AWS: other }, { Condition: { StringEquals: { "sts:ExternalId": "secret" } } }),
  );
  await assert.rejects(assume(stranger, locked, { ExternalId: "wrong" }), denied(locked));
  await assume(stranger, locked, { ExternalId: "secret" });

  const chained = await make("chained", trust({ AWS: friendly }));
  await assume(as(given!, strict), chained);
  await assert.rejects(assume(stranger, chained), denied(chained));

  const none = `arn:aws:iam::${account}:role/none`;
  await assert.rejects(assume(stranger, none), denied(none));
});

test("A web identity becomes a session of a role", async () => {
  const token = jwt({ iss: "https://idp.example.com", sub: "user-123", aud: "my-app" });
  const unsigned = new STS({
    ...clientOptions(cloud),
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
  const result = await unsigned.assumeRoleWithWebIdentity({
    RoleArn: "arn:aws:iam::222222222222:role/web",
    RoleSessionName: "me",
    WebIdentityToken: token,
  });
  assert.deepEqual(
    [result.SubjectFromWebIdentityToken, result.Audience, result.Provider],
    ["user-123", "my-app", "arn:aws:iam::222222222222:oidc-provider/idp.example.com"],
  );
  assert.equal(
    (await identityOf(as(result.Credentials!))).Arn,
    "arn:aws:sts::222222222222:assumed-role/web/me",
  );
});

test("Strictly, a web identity token is a JWT that has not expired, of a provider that the role trusts", async () => {
  const account = newAccount();
  const iam = new IAM(clientOptions(strict, account));
  const Federated = `arn:aws:iam::${account}:oidc-provider/idp.example.com`;
  const { Role } = await iam.createRole({
    RoleName: "web",
    AssumeRolePolicyDocument: trust(
      { Federated },
      {
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "idp.example.com:sub": "repo:me/*" } },
      },
    ),
  });
  const assume = (WebIdentityToken: string) =>
    client(strict, account).assumeRoleWithWebIdentity({
      RoleArn: Role!.Arn,
      RoleSessionName: "me",
      WebIdentityToken,
    });
  const seconds = Math.floor(strict.clock.now() / 1000);
  const claims = { iss: "https://idp.example.com", sub: "repo:me/x", exp: seconds + 600 };
  await assume(jwt(claims));
  await assert.rejects(assume("opaque"), { name: "InvalidIdentityTokenException" });
  await assert.rejects(assume(jwt({ ...claims, exp: seconds - 1 })), { name: "ExpiredTokenException" });
  await assert.rejects(assume(jwt({ ...claims, sub: "repo:you/x" })), {
    name: "AccessDenied",
    message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  });
});

test("A SAML assertion becomes a session of a role", async () => {
  const xml = `<samlp:Response xmlns:samlp="p" xmlns:saml="a"><saml:Assertion>
    <saml:Issuer>https://idp.example.com</saml:Issuer>
    <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann</saml:NameID></saml:Subject>
    <saml:Audience>https://signin.aws.amazon.com/saml</saml:Audience>
    <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><saml:AttributeValue>ann@example.com</saml:AttributeValue></saml:Attribute>
    </saml:Assertion></samlp:Response>`;
  const assume = (SAMLAssertion: string) =>
    client().assumeRoleWithSAML({
      RoleArn: "arn:aws:iam::222222222222:role/saml",
      PrincipalArn: "arn:aws:iam::222222222222:saml-provider/idp",
      SAMLAssertion,
    });
  const result = await assume(Buffer.from(xml).toString("base64"));
  assert.deepEqual(
    [result.Subject, result.SubjectType, result.Issuer, result.Audience],
    ["ann", "persistent", "https://idp.example.com", "https://signin.aws.amazon.com/saml"],
  );
  assert.equal(result.AssumedRoleUser!.Arn, "arn:aws:sts::222222222222:assumed-role/saml/ann@example.com");
  await assert.rejects(assume("bm90IHhtbA=="), { name: "InvalidIdentityTokenException" });
});

test("GetSessionToken keeps the identity, for an hour where it is root's", async () => {
  const account = newAccount();
  const { Credentials: given } = await client(cloud, account).getSessionToken({ DurationSeconds: 7200 });
  assert.equal((await identityOf(as(given!))).Arn, `arn:aws:iam::${account}:root`);
  assert.ok(given!.Expiration!.getTime() - cloud.clock.now() <= 3_601_000);
});

test("GetFederationToken makes a federated user", async () => {
  const account = newAccount();
  const { Credentials: given, FederatedUser } = await client(cloud, account).getFederationToken({
    Name: "bob",
  });
  const Arn = `arn:aws:sts::${account}:federated-user/bob`;
  assert.deepEqual(FederatedUser, { FederatedUserId: `${account}:bob`, Arn });
  assert.deepEqual(await identityOf(as(given!)), { Arn, UserId: `${account}:bob`, Account: account });
});

test("AssumeRoot gives the root of a member account for a quarter of an hour", async () => {
  const { Credentials: given } = await client().assumeRoot({
    TargetPrincipal: "222222222222",
    TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials" },
  });
  assert.equal((await identityOf(as(given!))).Arn, "arn:aws:iam::222222222222:root");
  assert.ok(given!.Expiration!.getTime() - cloud.clock.now() <= 901_000);
});

test("GetAccessKeyInfo knows the account of keys made here, and reads it out of AWS's", async () => {
  const account = newAccount();
  const sts = client(cloud, account);
  const { Credentials: given } = await sts.getSessionToken({});
  assert.equal((await sts.getAccessKeyInfo({ AccessKeyId: given!.AccessKeyId })).Account, account);
  // AWS's own example key: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
  const example = await sts.getAccessKeyInfo({ AccessKeyId: "ASIAY34FZKBOKMUTVV7A" });
  assert.equal(example.Account, "609629065308");
});

test("DecodeAuthorizationMessage decodes what is a message", async () => {
  const text = JSON.stringify({ allowed: false });
  const sts = client();
  const EncodedMessage = Buffer.from(text).toString("base64");
  assert.equal((await sts.decodeAuthorizationMessage({ EncodedMessage })).DecodedMessage, text);
  await assert.rejects(sts.decodeAuthorizationMessage({ EncodedMessage: "nonsense" }), {
    name: "InvalidAuthorizationMessageException",
    message: "Message is not valid",
  });
});

test("Sessions outlive a role's faults: a rule on a role hits its sessions only", async () => {
  const RoleArn = "arn:aws:iam::222222222222:role/unlucky";
  const { Credentials: given } = await client().assumeRole({ RoleArn, RoleSessionName: "me" });
  const rule = await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "sts", role: RoleArn },
  });
  await assert.rejects(as(given!).getCallerIdentity({}), { name: "Throttling" });
  await client().getCallerIdentity({});
  cloud.faults.remove(rule.id);
});

test("An expired session is refused where signatures are checked", async () => {
  await using checked = await testCloud({ verifySignatures: true });
  const unsigned = client(checked);
  const { Credentials: given } = await unsigned.assumeRoleWithWebIdentity({
    RoleArn: "arn:aws:iam::222222222222:role/web",
    RoleSessionName: "me",
    WebIdentityToken: jwt({ sub: "user-123" }),
    DurationSeconds: 900,
  });
  const sts = as(given!, checked);
  await sts.getCallerIdentity({});
  await assert.rejects(client(checked, "AKIAIOSFODNN7EXAMPLE").getCallerIdentity({}), {
    name: "InvalidClientTokenId",
  });
  await checked.clock.advance("PT15M");
  await assert.rejects(sts.getCallerIdentity({}), /Expired|SignatureDoesNotMatch|expired/);
});

test("A trust policy's Deny, and an external id that it wants, count without --strict, too", async () => {
  const account = newAccount();
  const iam = new IAM(clientOptions(cloud, account));
  const make = async (RoleName: string, AssumeRolePolicyDocument: string) =>
    (await iam.createRole({ RoleName, AssumeRolePolicyDocument })).Role!.Arn!;
  const sts = client(cloud, account);
  const assume = (RoleArn: string, more: object = {}) =>
    sts.assumeRole({ RoleArn, RoleSessionName: "me", ...more });
  const denied = (arn: string) => ({
    name: "AccessDenied",
    message: `User: arn:aws:iam::${account}:root is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  });

  const closed = await make("closed", trust({ AWS: "*" }, { Effect: "Deny" }));
  await assert.rejects(assume(closed), denied(closed));
  const Condition = { StringEquals: { "sts:ExternalId": "secret" } };
  const locked = await make("locked", trust({ AWS: account }, { Condition }));
  await assert.rejects(assume(locked), denied(locked));
  await assert.rejects(assume(locked, { ExternalId: "wrong" }), denied(locked));
  await assume(locked, { ExternalId: "secret" });
  await assume(await make("other", trust({ Service: "lambda.amazonaws.com" })));
  await assume(`arn:aws:iam::${account}:role/nobody-made-it`);
});

test("Transitive tags go on into further sessions, which cannot set them", async () => {
  const account = newAccount();
  const RoleArn = `arn:aws:iam::${account}:role/r`;
  const Tags = [{ Key: "team", Value: "blue" }];
  const assume = (sts: STS, more: object) => sts.assumeRole({ RoleArn, RoleSessionName: "me", ...more });
  const invalid = (message: string) => ({ name: "InvalidParameterValue", message });
  const first = client(cloud, account);
  await assert.rejects(
    assume(first, { Tags: [...Tags, { Key: "TEAM", Value: "red" }] }),
    invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive."),
  );
  await assert.rejects(
    assume(first, { Tags, TransitiveTagKeys: ["cost"] }),
    invalid("The specified transitive tag key must be included in the requested tags."),
  );
  const { Credentials: given } = await assume(first, { Tags, TransitiveTagKeys: ["team"] });
  const second = as(given!);
  await assert.rejects(
    assume(second, { Tags: [{ Key: "Team", Value: "red" }] }),
    invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    ),
  );
  await assume(second, { Tags: [{ Key: "cost", Value: "1" }] });
});

test("A fault ends credentials early: an SDK fetches new ones, and does not use what has expired", async () => {
  const account = newAccount();
  const { Role } = await new IAM(clientOptions(cloud, account)).createRole({
    RoleName: "worker",
    AssumeRolePolicyDocument: trust({ AWS: account }),
  });
  const rule = await cloud.faults.add({
    point: "sts:session",
    effect: "expires-early",
    params: { after: "90s" },
    match: { resource: Role!.Arn!, account },
    times: 1,
  });
  const assume = async () => {
    const asked = { RoleArn: Role!.Arn, RoleSessionName: "me" };
    const { Credentials: given } = await client(cloud, account).assumeRole(asked);
    return given!;
  };
  let fetched = 0;
  const provider = async () => {
    fetched++;
    const given = await assume();
    return {
      accessKeyId: given.AccessKeyId!,
      secretAccessKey: given.SecretAccessKey!,
      sessionToken: given.SessionToken!,
      expiration: given.Expiration!,
    };
  };
  const sts = new STS({ ...clientOptions(cloud, account), credentials: provider });
  await sts.getCallerIdentity({});
  // Within five minutes of their end the SDK asks for others; those are good for an hour.
  await sts.getCallerIdentity({});
  await sts.getCallerIdentity({});
  assert.equal(fetched, 2);
  assert.equal(cloud.faults.counts(rule.id)?.fired, 1);
  await cloud.faults.add({ point: "sts:session", effect: "expires-early", match: { account }, times: 1 });
  assert.ok((await assume()).Expiration!.getTime() <= cloud.clock.now());
});
