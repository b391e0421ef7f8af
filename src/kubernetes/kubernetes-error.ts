/** What an API server refuses. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export class KubernetesError extends Error {
  /** HTTP's. */
  readonly status: number;
  /** `NotFound`, `Forbidden`, `Conflict` … */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof KubernetesError && error.status === 404;

/** What is asked for; undefined where it is not there. */
export const unlessMissing = <T>(asking: Promise<T>): Promise<T | undefined> =>
  asking.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
