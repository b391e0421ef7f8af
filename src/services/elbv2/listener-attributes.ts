import { type AttributeRules, YES_OR_NO } from "./attributes.ts";
import { isSecure, type ListenerRecord } from "./listener.ts";

const SET_BY_BALANCER = [
  "strict_transport_security",
  "access_control_allow_origin",
  "access_control_allow_methods",
  "access_control_allow_headers",
  "access_control_allow_credentials",
  "access_control_expose_headers",
  "access_control_max_age",
  "content_security_policy",
  "x_content_type_options",
  "x_frame_options",
] as const;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html */
const OF_HTTP: AttributeRules = {
  "routing.http.response.server.enabled": { first: "true", takes: YES_OR_NO },
  ...Object.fromEntries(
    SET_BY_BALANCER.map((name) => [`routing.http.response.${name}.header_value`, { first: "" }]),
  ),
};

const CERTIFICATE_HEADERS = ["Serial-Number", "Issuer", "Subject", "Validity", "Leaf", ""].map((part) =>
  part === "" ? "x_amzn_mtls_clientcert" : `x_amzn_mtls_clientcert_${part.toLowerCase().replace("-", "_")}`,
);

const OF_HTTPS: AttributeRules = {
  ...OF_HTTP,
  ...Object.fromEntries(
    [...CERTIFICATE_HEADERS, "x_amzn_tls_version", "x_amzn_tls_cipher_suite"].map((name) => [
      `routing.http.request.${name}.header_name`,
      { first: "" },
    ]),
  ),
};

const OF_TCP: AttributeRules = { "tcp.idle_timeout.seconds": { first: "350", takes: [60, 6000] } };

export function attributesOfListener({ protocol }: ListenerRecord): AttributeRules {
  if (protocol === "TCP") return OF_TCP;
  if (protocol === "TLS") return {};
  return isSecure(protocol) ? OF_HTTPS : OF_HTTP;
}

/** The headers that a listener adds to every answer: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html */
export const headersSetBy = ({ attributes }: ListenerRecord): readonly (readonly [string, string])[] =>
  SET_BY_BALANCER.flatMap((name) => {
    const value = attributes[`routing.http.response.${name}.header_value`] ?? "";
    return value === "" ? [] : [[name.replaceAll("_", "-"), value] as const];
  });
