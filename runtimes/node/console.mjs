// The console of a function: lines with time, request id and level, or JSON, one log event a call
// (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html).
import { writeSync } from "node:fs";
import { format } from "node:util";
import { ExitStatus } from "./errors.mjs";

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const FRAME_TEXT = 0xa55a0003;
let requestId;

export function setLoggedRequestId(id) {
  requestId = id;
}

/** Writes whole messages, newlines and all, to the environment's log. */
function framed(fd) {
  return (text) => {
    const message = Buffer.from(text);
    const frame = Buffer.allocUnsafe(16 + message.length);
    frame.writeUInt32BE(FRAME_TEXT, 0);
    frame.writeUInt32BE(message.length, 4);
    frame.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
    message.copy(frame, 16);
    writeAll(fd, frame);
  };
}

function writeAll(fd, bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // Nobody reads any more: without Squall there is nothing to live for, and nobody to tell.
      if (error.code === "EPIPE") process.exit(ExitStatus.abandoned);
      // A full pipe: the reader is on its way.
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

export function patchConsole() {
  const fd = Number(process.env._LAMBDA_TELEMETRY_LOG_FD);
  delete process.env._LAMBDA_TELEMETRY_LOG_FD;
  const write = fd ? framed(fd) : (text) => process.stdout.write(`${text.replaceAll("\n", "\r")}\n`);
  const json = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
  const lowest = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? "TRACE");
  const logger = (level) => {
    if (LEVELS.indexOf(level) < lowest) return () => {};
    return json
      ? (...values) => write(jsonLine(level, values))
      : (...values) => write(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(...values)}`);
  };
  console.log = logger("INFO");
  console.info = console.log;
  console.debug = logger("DEBUG");
  console.trace = logger("TRACE");
  console.warn = logger("WARN");
  console.error = logger("ERROR");
  console.fatal = logger("FATAL");
}

function jsonLine(level, values) {
  const line = { timestamp: new Date().toISOString(), level, ...(requestId && { requestId }) };
  const [first] = values;
  if (values.length === 1 && typeof first === "object" && first !== null && !(first instanceof Error)) {
    try {
      return JSON.stringify({ ...line, message: first });
    } catch {
      // A circular object is formatted like any other value.
    }
  }
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify({
    ...line,
    message: format(...values),
    ...(error && {
      errorType: error.name,
      errorMessage: error.message,
      stackTrace: String(error.stack ?? "").split("\n"),
    }),
  });
}
