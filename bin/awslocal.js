#!/usr/bin/env node
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "awslocal needs Node 24 or newer; this is Node " + process.versions.node + ". See https://nodejs.org",
  );
  process.exit(1);
}
import("node:module").then(function (module) {
  // What Node has compiled once it finds again at the next start (under the system's folder for temporary files).
  module.enableCompileCache();
  return import("../dist/cli/awslocal.js");
});
