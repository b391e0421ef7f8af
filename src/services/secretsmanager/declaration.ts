import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { quotaSetting } from "../../aws/quotas.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import { sure } from "../../core/sure.ts";
import { READ, ROTATE, readPoint, rotatePoint } from "./fault-points.ts";
import { replicaLifecycle } from "./lifecycle.ts";
import { type Secret, secretRecords } from "./secret.ts";

/** AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/apireference/ */
export default declareService({
  name: "secretsmanager",
  resources: {
    secret: defineResource<Secret>({
      arn: "arn:{partition}:secretsmanager:{region}:{account}:secret:{SecretId/}",
      // A name, or an ARN with or without its last six letters.
      namedBy: { SecretId: true, "SecretIdList[]": "SecretId", Name: "SecretId" },
      fis: "aws:secretsmanager:secret",
      cfn: "AWS::SecretsManager::Secret",
      collection: secretRecords,
      nameOf: ({ arn }) => sure(parseArn(arn)).resource.replace(/^secret:/, ""),
      keyOf: ({ SecretId }) => [sure(SecretId).replace(/-[A-Za-z0-9]{6}$/, "")],
      tags: taggedByArn({ of: ({ tags }) => tags, members: ["SecretId", "Tags", "TagKeys"], form: "list" }),
      policy: ({ policy }) => policy,
    }),
  },
  iam: {
    passesRole: { RotateSecret: "ExternalSecretRotationRoleArn" },
    onAnything: ["ListSecrets", "GetRandomPassword", "BatchGetSecretValue"],
    also: {
      CreateSecret: [{ action: "secretsmanager:TagResource", when: "Tags" }],
      RotateSecret: [{ action: "lambda:InvokeFunction", when: "RotationLambdaARN", isOnNamed: true }],
    },
    standsFor: {
      collection: secretRecords,
      // By its name a secret is meant with whatever six letters it has.
      read: (arn) => parseArn(arn)?.resource.replace(/^secret:/, ""),
      arnOf: ({ arn }: Secret) => arn,
    },
    conditionKeys: {
      "secretsmanager:SecretId": "SecretId",
      "secretsmanager:Name": "Name",
      "secretsmanager:VersionId": "VersionId",
      "secretsmanager:VersionStage": "VersionStage",
      "secretsmanager:KmsKeyId": "KmsKeyId",
      "secretsmanager:RotationLambdaARN": "RotationLambdaARN",
    },
  },
  settings: { quotas: quotaSetting },
  faultPoints: {
    [READ]: readPoint,
    [ROTATE]: rotatePoint,
    ...lifecyclePoint(replicaLifecycle),
  },
});
