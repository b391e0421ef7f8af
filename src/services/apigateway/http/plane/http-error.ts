/** What an HTTP API itself answers. Its errors are shorter than those of REST APIs and cannot be customised. */
export class HttpApiError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** For access logs: `$context.integrationErrorMessage`. */
  readonly reason: string;

  constructor(
    status: number,
    message: string,
    options: { headers?: Record<string, string>; reason?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = options.headers ?? {};
    this.reason = options.reason ?? message;
  }
}

export const notFound = () => new HttpApiError(404, "Not Found");
export const forbidden = (reason?: string) => new HttpApiError(403, "Forbidden", { reason });
export const unauthorized = (reason?: string, headers?: Record<string, string>) =>
  new HttpApiError(401, "Unauthorized", { reason, headers });
export const tooManyRequests = () => new HttpApiError(429, "Too Many Requests");
export const payloadTooLarge = () => new HttpApiError(413, "Request Entity Too Large");
export const internalServerError = (reason: string) =>
  new HttpApiError(500, "Internal Server Error", { reason });
export const serviceUnavailable = (reason: string) =>
  new HttpApiError(503, "Service Unavailable", { reason });
