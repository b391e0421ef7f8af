import { WebSocket } from "ws";
import type { KubernetesCluster } from "./cluster.ts";
import { KubernetesError } from "./kubernetes-error.ts";

/** Which stream a message is of stands in its first byte. */
const STDERR = 2;
const STATUS = 3;
const PATIENCE_MS = 15_000;

/**
 * Runs a command in a container, and resolves when it has ended well.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-connect-get-requests-to-exec-of-pod
 * @param pod its path: `/api/v1/namespaces/shop/pods/cart`
 * @throws KubernetesError for what the API server refuses, Error for a command that ends otherwise
 */
export async function exec(
  cluster: KubernetesCluster,
  pod: string,
  container: string,
  command: readonly string[],
): Promise<void> {
  const { headers, tls } = await cluster.connecting();
  const url = cluster.urlOf(`${pod}/exec`, [
    ["container", container],
    ["stdout", "true"],
    ["stderr", "true"],
    ...command.map((word): [string, string] => ["command", word]),
  ]);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(url, ["v4.channel.k8s.io"], {
    ...tls,
    headers,
    handshakeTimeout: PATIENCE_MS,
  });
  let said = "";
  socket.on("message", (raw: Buffer) => {
    const text = raw.subarray(1).toString();
    if (raw[0] === STDERR) said += text;
    if (raw[0] !== STATUS) return;
    const { status, message } = JSON.parse(text) as { status: string; message?: string };
    if (status === "Success") resolve();
    else reject(new Error(said.trim() || message));
  });
  socket.on("unexpected-response", (_request, response) => {
    response.resume();
    reject(
      new KubernetesError(response.statusCode ?? 0, "", `${response.statusCode} ${response.statusMessage}`),
    );
    socket.terminate();
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("The connection ended before the command did.")));
  try {
    await promise;
  } finally {
    socket.terminate();
  }
}
