import { sure } from "../../core/sure.ts";
import type * as KMS from "../../models/generated/kms.ts";

/** What a key spec is: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
export interface KeySpec {
  readonly kind: "symmetric" | "hmac" | "rsa" | "ec" | "ed25519" | "ml-dsa" | "ml-kem";
  /** What keys of it may be for, the default first; a spec with several has none. */
  readonly usages: readonly KMS.KeyUsageType[];
  /** Bits of an RSA modulus, bytes of a secret; 0 where the curve or the parameter set says it. */
  readonly size: number;
  /** OpenSSL's name of the curve or the parameter set. */
  readonly curve?: string;
  readonly signing?: readonly KMS.SigningAlgorithmSpec[];
  readonly macs?: readonly KMS.MacAlgorithmSpec[];
}

const RSA_SIGNING = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
] as const;

const rsa = (size: number): KeySpec => ({
  kind: "rsa",
  usages: ["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
  size,
  signing: RSA_SIGNING,
});
const ec = (
  curve: string,
  signing: string,
  usages: readonly string[] = ["SIGN_VERIFY", "KEY_AGREEMENT"],
): KeySpec => ({
  kind: "ec",
  usages,
  size: 0,
  curve,
  signing: [signing],
});
const hmac = (bits: number): KeySpec => ({
  kind: "hmac",
  usages: ["GENERATE_VERIFY_MAC"],
  size: bits / 8,
  macs: [`HMAC_SHA_${bits}`],
});
const mlDsa = (curve: string): KeySpec => ({
  kind: "ml-dsa",
  usages: ["SIGN_VERIFY"],
  size: 0,
  curve,
  signing: ["ML_DSA_SHAKE_256"],
});
const mlKem = (curve: string): KeySpec => ({
  kind: "ml-kem",
  usages: ["ENCAPSULATE_DECAPSULATE"],
  size: 0,
  curve,
});

/** SM2 is not among them: it is in the regions of China only, and Node has no such keys. */
export const KEY_SPECS: Readonly<Record<string, KeySpec>> = {
  SYMMETRIC_DEFAULT: { kind: "symmetric", usages: ["ENCRYPT_DECRYPT"], size: 32 },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec("prime256v1", "ECDSA_SHA_256"),
  ECC_NIST_P384: ec("secp384r1", "ECDSA_SHA_384"),
  ECC_NIST_P521: ec("secp521r1", "ECDSA_SHA_512"),
  ECC_SECG_P256K1: ec("secp256k1", "ECDSA_SHA_256", ["SIGN_VERIFY"]),
  ECC_NIST_EDWARDS25519: {
    kind: "ed25519",
    usages: ["SIGN_VERIFY"],
    size: 0,
    signing: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
  },
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
  ML_DSA_44: mlDsa("ml-dsa-44"),
  ML_DSA_65: mlDsa("ml-dsa-65"),
  ML_DSA_87: mlDsa("ml-dsa-87"),
  ML_KEM_512: mlKem("ml-kem-512"),
  ML_KEM_768: mlKem("ml-kem-768"),
  ML_KEM_1024: mlKem("ml-kem-1024"),
};

/** What a spec's name means. Keys are made of these only: CreateKey refuses others. */
export const keySpec = (name: string): KeySpec => sure(KEY_SPECS[name]);

/** The lists of algorithms that a description of a key has: one, by its usage. */
export function algorithmsOf(spec: string, usage: string) {
  const { kind, signing = [], macs = [] } = keySpec(spec);
  if (usage === "SIGN_VERIFY") return { SigningAlgorithms: [...signing] };
  if (usage === "GENERATE_VERIFY_MAC") return { MacAlgorithms: [...macs] };
  if (usage === "KEY_AGREEMENT") return { KeyAgreementAlgorithms: ["ECDH"] };
  if (usage === "ENCAPSULATE_DECAPSULATE") return { EncapsulationAlgorithms: ["ML_KEM"] };
  return {
    EncryptionAlgorithms: kind === "rsa" ? ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] : ["SYMMETRIC_DEFAULT"],
  };
}
