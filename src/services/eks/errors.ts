import { AwsError } from "../../core/aws-error.ts";

/** Errors of EKS: https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html and each action's page. */

export const clusterNotFound = (name: string): AwsError =>
  new AwsError("ResourceNotFoundException", `No cluster found for name: ${name}.`, { status: 404 });

export const nodegroupNotFound = (clusterName: string, nodegroupName: string): AwsError =>
  new AwsError("ResourceNotFoundException", `No node group found for name: ${nodegroupName}.`, {
    status: 404,
    members: { clusterName, nodegroupName },
  });

/** The text is inferred. */
export const invalidToken = (): AwsError =>
  new AwsError("InvalidParameterException", "The nextToken is not valid.");

/** What AWS cannot have: a kubeconfig that is not readable, a cluster that refuses or does not answer. */
export const notToBeHad = ({ message }: Error): AwsError => new AwsError("ClientException", message);
