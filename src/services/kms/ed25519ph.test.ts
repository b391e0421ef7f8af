import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { signPrehashed, verifyPrehashed } from "./ed25519ph.ts";

/** RFC 8032, section 7.3. */
const SEED = "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42";
const SIGNATURE =
  "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";
const DER = "302e020100300506032b657004220420";

const privateKey = createPrivateKey({ key: Buffer.from(DER + SEED, "hex"), format: "der", type: "pkcs8" });
const publicKey = createPublicKey(privateKey);
const digestOf = (text: string) => createHash("sha512").update(text).digest();

test("a digest is signed as the RFC's example has it", () => {
  assert.equal(signPrehashed(digestOf("abc"), privateKey).toString("hex"), SIGNATURE);
});

test("a signature holds for its digest alone, and for no single bit of it turned", () => {
  const signature = Buffer.from(SIGNATURE, "hex");
  assert.ok(verifyPrehashed(digestOf("abc"), signature, publicKey));
  assert.ok(!verifyPrehashed(digestOf("abd"), signature, publicKey));
  assert.ok(!verifyPrehashed(digestOf("abc"), signature.subarray(1), publicKey));
  for (const at of [0, 31, 32, 63]) {
    const wrong = Buffer.from(signature);
    wrong[at]! ^= 1;
    assert.ok(!verifyPrehashed(digestOf("abc"), wrong, publicKey), `byte ${at}`);
  }
});
