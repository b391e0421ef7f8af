/*
 * Flags that several commands take for the cloud that they start, each declared once.
 */
import type { Command } from "commander";

/** What goes to an upstream by TLS, and for how long it is waited for. */
export const withUpstreamFlags = (command: Command): Command =>
  command
    .option("--upstream-ca <file>", "certificates (PEM) that may vouch for upstreams beside the usual ones")
    .option("--upstream-timeout <duration>", "how long an upstream may keep silent (default: 16m)");

/** What is recorded and played: start, gateway, run. */
export const withCassetteFlags = (command: Command): Command =>
  command
    .option("--cassette <folder>", "clients' calls are recorded in this folder, or answered from it")
    .option("--cassette-mode <record|replay|fill|compare>", "what is done with it (default: replay)")
    .option("--cassette-secrets", "keep what the models call sensitive, instead of ***");

/** What is seen of a cloud that runs as a process of its own, and TLS: start, gateway. */
export const withServerFlags = (command: Command): Command =>
  withCassetteFlags(
    command.option(
      "--otel [url]",
      "one OpenTelemetry span a call, by OTLP over HTTP (default: OTEL_EXPORTER_OTLP_ENDPOINT)",
    ),
  )
    .option(
      "--https",
      "answer HTTPS on the same port, and be an HTTPS proxy for AWS's names (squall env --proxy)",
    )
    .option(
      "--fleet <url>",
      "share rules, the safety lever and experiments with other gateways: postgres://… or nats://… (SQUALL_FLEET)",
    )
    .option("--fleet-name <name>", "this gateway's name in the fleet (default: the host's and the port)")
    .option("--ca-dir <folder>", "where the local authority is kept (default: ~/.squall/ca; SQUALL_CA_DIR)")
    .option("--log-level <trace|debug|info|warn|error>", "how much is told (default: info)")
    .option(
      "--log-format <text|json>",
      "lines as LocalStack has them, or one JSON object each (SQUALL_LOG_FORMAT)",
    );
