import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { ACCOUNT, type Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [accessPoints(bed)];

/** An access point that was made is there. */
function accessPoints({ options }: Bed): Lane {
  const Bucket = "crash-points";
  const acknowledged = new Acknowledged("s3control");
  const scope = `${options.credentials.accessKeyId}/20260101/${options.region}/s3/aws4_request`;
  const ask = async (method: string, name: string, body?: string): Promise<string> => {
    const answer = await fetch(`${options.endpoint}/v20180820/accesspoint/${name}`, {
      method,
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "x-amz-account-id": ACCOUNT,
      },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${method} ${name}: ${text}`), { $fault: "client" });
    return text;
  };
  return {
    name: "s3control",
    setup: async () =>
      void (await new S3Client({ ...options, forcePathStyle: true }).send(
        new CreateBucketCommand({ Bucket }),
      )),
    write: async (n) => {
      const bucket = `<Bucket>${Bucket}</Bucket>`;
      await ask(
        "PUT",
        `point-${n}`,
        `<CreateAccessPointRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${bucket}</CreateAccessPointRequest>`,
      );
      acknowledged.add(`point-${n}`);
    },
    verify: () =>
      acknowledged.verify(
        (name) => ask("GET", name),
        (name) => ask("DELETE", name),
      ),
  };
}
