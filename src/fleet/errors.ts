/** What a fleet cannot do; the status is what the admin API answers. */
export class FleetError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "FleetError";
    this.status = status;
  }
}
