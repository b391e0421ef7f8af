import assert from "node:assert/strict";
import { createPrivateKey, createVerify, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { selfSignedCertificate } from "./certificate.ts";
import { textToSign } from "./signature.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const fromMs = Date.parse("2026-01-02T03:04:05Z");

test("The certificate is one that libraries read and that verifies itself.", () => {
  const pem = selfSignedCertificate(privateKey, "sns.amazonaws.com", Uint8Array.of(0x81, 2, 3), fromMs);
  const certificate = new X509Certificate(pem);
  assert.equal(certificate.subject, "CN=sns.amazonaws.com");
  assert.equal(certificate.serialNumber, "810203");
  assert.equal(new Date(certificate.validFrom).getTime(), fromMs);
  assert.equal(new Date(certificate.validTo).getUTCFullYear(), 2036);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.ok(
    certificate.checkPrivateKey(createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }))),
  );
});

test("A signature by the key verifies with the certificate.", () => {
  const pem = selfSignedCertificate(privateKey, "sns.amazonaws.com", Uint8Array.of(1), fromMs);
  const verify = createVerify("RSA-SHA1").update("text");
  assert.ok(verify.verify(pem, sign("RSA-SHA1", Buffer.from("text"), privateKey)));
});

test("A notification without a subject is signed without one.", () => {
  const message = {
    Type: "Notification",
    Message: "m",
    MessageId: "i",
    Timestamp: "t",
    TopicArn: "a",
  } as const;
  assert.equal(
    textToSign(message),
    "Message\nm\nMessageId\ni\nTimestamp\nt\nTopicArn\na\nType\nNotification\n",
  );
  assert.match(textToSign({ ...message, Subject: "s" }), /MessageId\ni\nSubject\ns\nTimestamp/);
});

test("A confirmation is signed with its token and URL.", () => {
  const message = {
    Type: "SubscriptionConfirmation",
    Message: "m",
    MessageId: "i",
    Timestamp: "t",
    TopicArn: "a",
    SubscribeURL: "u",
    Token: "k",
    Subject: "not signed",
  } as const;
  assert.equal(
    textToSign(message),
    "Message\nm\nMessageId\ni\nSubscribeURL\nu\nTimestamp\nt\nToken\nk\nTopicArn\na\nType\nSubscriptionConfirmation\n",
  );
});
