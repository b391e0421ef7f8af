import type { Place } from "../../../aws/arn-template.ts";
import { type ConnectionSubject, connectionFaults } from "../../../aws/connection-point.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import type { Endpoint } from "../../../processes/endpoint.ts";
import { Endpoints } from "../../../processes/endpoints.ts";
import { clusterArn, type DbClusterRecord, membersOf } from "../db-cluster.ts";
import { type DbInstanceRecord, instanceArn, instanceRecords } from "../db-instance.ts";
import { CONNECTION } from "../fault-points.ts";
import type { Servers } from "./servers.ts";

/** Where instances and clusters are found, and what rules see of who connects there. */
export class DatabaseEndpoints {
  readonly #host: ServiceHost;
  readonly #servers: Servers;
  readonly #endpoints = new Endpoints();

  constructor(host: ServiceHost, servers: Servers) {
    this.#host = host;
    this.#servers = servers;
  }

  /** Where an instance is found. */
  of(place: Place, { id, port }: Pick<DbInstanceRecord, "id" | "port">): Endpoint {
    const arn = instanceArn(id, place);
    return this.#endpoint(place, arn, port, () => this.#instanceSubject(place, id));
  }

  /** Where the writer and the readers of a cluster are found. */
  ofCluster({ account, region }: Place, { id, port }: Pick<DbClusterRecord, "id" | "port">) {
    const place = { account, region };
    const arn = clusterArn(id, place);
    const subject = (Endpoint: string) => (socket?: string) =>
      this.#clusterSubject(place, id, Endpoint, socket);
    const writer = this.#endpoint(place, arn, port, subject("writer"));
    return { writer, reader: this.#endpoint(place, arn, writer.port, subject("reader"), true) };
  }

  /** What it leads to is gone. */
  forget(arn: string): void {
    this.#endpoints.forget(arn);
  }

  closeAll(): void {
    this.#endpoints.closeAll();
  }

  #endpoint(
    { account, region }: Place,
    arn: string,
    port: number,
    subjectOf: (socket: string | undefined) => ConnectionSubject,
    isReader = false,
  ): Endpoint {
    return this.#endpoints.of(
      arn,
      port,
      () => connectionFaults(this.#host, CONNECTION, { account, region }, subjectOf),
      { isReader },
    );
  }

  #storeOf({ account, region }: Place): Store {
    return this.#host.store(account, region);
  }

  /** What rules see of a connection by an instance's own endpoint. */
  #instanceSubject(place: Place, id: string): ConnectionSubject {
    const clusterId = this.#storeOf(place).collection(instanceRecords).get([id])?.clusterId;
    return {
      resource: [instanceArn(id, place), ...(clusterId === undefined ? [] : [clusterArn(clusterId, place)])],
      input: {
        Endpoint: "instance",
        DBInstanceIdentifier: id,
        ...(clusterId !== undefined && { DBClusterIdentifier: clusterId }),
      },
    };
  }

  /** What rules see of a connection by a cluster's endpoint: it is to the instance behind the socket as well. */
  #clusterSubject(
    place: Place,
    clusterId: string,
    Endpoint: string,
    socket: string | undefined,
  ): ConnectionSubject {
    const behind = membersOf(clusterId, this.#storeOf(place)).find(
      ({ id }) => socket !== undefined && this.#servers.running(id, place)?.socket === socket,
    );
    return {
      resource: [clusterArn(clusterId, place), ...(behind ? [instanceArn(behind.id, place)] : [])],
      input: {
        Endpoint,
        DBClusterIdentifier: clusterId,
        ...(behind && { DBInstanceIdentifier: behind.id }),
      },
    };
  }
}
