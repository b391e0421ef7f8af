import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { iamCloud, refused } from "./fixture.test.ts";

const { client } = await iamCloud();

test("SSH public keys of a user", async () => {
  const iam = client();
  const UserName = "ann";
  await iam.createUser({ UserName });
  const SSHPublicKeyBody = `ssh-rsa ${Buffer.from("key").toString("base64")}`;
  const { SSHPublicKey } = await iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody });
  const SSHPublicKeyId = SSHPublicKey!.SSHPublicKeyId!;
  assert.match(SSHPublicKeyId, /^APKA/);
  assert.match(SSHPublicKey!.Fingerprint!, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
  await refused(iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody }), "DuplicateSSHPublicKey");
  await refused(iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: "nonsense" }), "InvalidPublicKey");
  await iam.updateSSHPublicKey({ UserName, SSHPublicKeyId, Status: "Inactive" });
  const { SSHPublicKeys } = await iam.listSSHPublicKeys({ UserName });
  assert.deepEqual(
    SSHPublicKeys!.map((key) => [key.SSHPublicKeyId, key.Status]),
    [[SSHPublicKeyId, "Inactive"]],
  );
  await refused(iam.deleteUser({ UserName }), "DeleteConflict", /SSH public keys/);
  await iam.updateUser({ UserName, NewUserName: "anna" });
  const read = await iam.getSSHPublicKey({ UserName: "anna", SSHPublicKeyId, Encoding: "SSH" });
  assert.equal(read.SSHPublicKey!.SSHPublicKeyBody, SSHPublicKeyBody);
  await iam.deleteSSHPublicKey({ UserName: "anna", SSHPublicKeyId });
  await refused(iam.deleteSSHPublicKey({ UserName: "anna", SSHPublicKeyId }), "NoSuchEntity");
});

test("Signing certificates of a user", async () => {
  const iam = client();
  const UserName = "ann";
  await iam.createUser({ UserName });
  const CertificateBody = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";
  await refused(iam.uploadSigningCertificate({ UserName, CertificateBody: "x" }), "MalformedCertificate");
  const { Certificate } = await iam.uploadSigningCertificate({ UserName, CertificateBody });
  const CertificateId = Certificate!.CertificateId!;
  await iam.updateSigningCertificate({ UserName, CertificateId, Status: "Inactive" });
  assert.equal((await iam.listSigningCertificates({ UserName })).Certificates![0]!.Status, "Inactive");
  await refused(iam.deleteUser({ UserName }), "DeleteConflict", /signing certificates/);
  await iam.deleteSigningCertificate({ UserName, CertificateId });
  await iam.deleteUser({ UserName });
});

test("Service-specific credentials of a user", async () => {
  const account = newAccount();
  const iam = client(account);
  const UserName = "ann";
  const ServiceName = "codecommit.amazonaws.com";
  await iam.createUser({ UserName });
  const { ServiceSpecificCredential: made } = await iam.createServiceSpecificCredential({
    UserName,
    ServiceName,
  });
  assert.equal(made!.ServiceUserName, `ann-at-${account}`);
  const ServiceSpecificCredentialId = made!.ServiceSpecificCredentialId!;
  await refused(
    iam.createServiceSpecificCredential({ UserName, ServiceName: "s3.amazonaws.com" }),
    "ServiceNotSupported",
  );
  await refused(
    iam.listServiceSpecificCredentials({ UserName, ServiceName: "none.amazonaws.com" }),
    "NoSuchEntity",
    "No such service none.amazonaws.com is supported for Service Specific Credentials",
  );
  const reset = await iam.resetServiceSpecificCredential({ UserName, ServiceSpecificCredentialId });
  assert.notEqual(reset.ServiceSpecificCredential!.ServicePassword, made!.ServicePassword);
  await iam.updateServiceSpecificCredential({ UserName, ServiceSpecificCredentialId, Status: "Inactive" });
  const { ServiceSpecificCredentials } = await iam.listServiceSpecificCredentials({ UserName, ServiceName });
  assert.deepEqual(
    ServiceSpecificCredentials!.map(({ Status }) => Status),
    ["Inactive"],
  );
  await iam.deleteServiceSpecificCredential({ UserName, ServiceSpecificCredentialId });
  await iam.deleteUser({ UserName });
});

test("A credential report has a row for every user", async () => {
  const iam = client();
  await refused(iam.getCredentialReport({}), "CredentialReportNotPresent");
  await iam.createUser({ UserName: "ann" });
  await iam.createAccessKey({ UserName: "ann" });
  assert.equal((await iam.generateCredentialReport({})).State, "STARTED");
  assert.equal((await iam.generateCredentialReport({})).State, "COMPLETE");
  const { Content, ReportFormat } = await iam.getCredentialReport({});
  const [head, root, ann] = Buffer.from(Content!).toString().split("\n");
  assert.equal(ReportFormat, "text/csv");
  assert.match(root!, /^<root_account>,/);
  assert.match(ann!, /^ann,arn:aws:iam::\d{12}:user\/ann,/);
  assert.equal(ann!.split(",").length, head!.split(",").length);
  assert.equal(root!.split(",").length, head!.split(",").length);
});
