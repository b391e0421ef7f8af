import { after } from "node:test";
import { Sha256 } from "@aws-crypto/sha256-js";
import { S3, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { CloudOptions } from "../../index.ts";

let buckets = 0;

/** A bucket name that no other test of this process uses. */
export const newBucketName = () => `bucket-${process.pid}-${++buckets}`;

/** A cloud for the tests of one file, and clients of accounts of their own. */
export async function s3Cloud(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  after(() => cloud.stop());
  const client = (account: string = newAccount(), config: S3ClientConfig = {}) =>
    new S3({ ...clientOptions(cloud, account), forcePathStyle: true, ...config });
  /** A bucket of its own in an account of its own. */
  const bucket = async (input: object = {}) => {
    const account = newAccount();
    const s3 = client(account);
    const Bucket = newBucketName();
    await s3.createBucket({ Bucket, ...input });
    const put = (Key: string, Body: string | Uint8Array = "", more: object = {}) =>
      s3.putObject({ Bucket, Key, Body, ...more });
    const get = async (Key: string, more: object = {}) => {
      const output = await s3.getObject({ Bucket, Key, ...more });
      return { ...output, text: await output.Body!.transformToString() };
    };
    const enableVersioning = (Status: "Enabled" | "Suspended" = "Enabled") =>
      s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });
    return { s3, account, Bucket, put, get, enableVersioning };
  };
  /** A URL that is signed for whoever has it. */
  const presign = async (
    method: string,
    path: string,
    { account = newAccount(), ...options }: { account?: string; expiresIn?: number; signingDate?: Date } = {},
  ) => {
    const signer = new SignatureV4({
      credentials: { accessKeyId: account, secretAccessKey: "test" },
      region: "us-east-1",
      service: "s3",
      sha256: Sha256,
      uriEscapePath: false,
    });
    const { hostname, port, host } = new URL(cloud.url);
    const request = { method, protocol: "http:", hostname, port: Number(port), path, headers: { host } };
    const { query = {} } = await signer.presign(request, options);
    return `${cloud.url}${path}?${new URLSearchParams(query as Record<string, string>)}`;
  };
  return { cloud, client, bucket, presign };
}

/** What an AWS error says, for comparisons. */
export const error = (name: string, members: object = {}) => ({ name, ...members });
