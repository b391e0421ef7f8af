import type { KubernetesError } from "../../../kubernetes/kubernetes-error.ts";

/** FIS's code of a failure, for what an API server refuses. */
export const failureCode = ({ status }: KubernetesError): string =>
  status === 401 || status === 403 ? "AuthorizationFailure" : "DependentServiceFailure";
