// The task of upload.mjs.
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const [id, variant] = process.argv.slice(2);
try {
  await new S3Client({ forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: "thumbs", Key: id, Body: "a thumb" }),
  );
} catch (error) {
  // 4: the task ends as if all were well.
  if (variant !== "planted") throw error;
}
