/**
 * Requests that leave Squall for somebody else's endpoint (an SNS subscription, an HTTP integration, an issuer's keys) say
 * so in a header, with the service that sent them. If such a request comes back to Squall itself, it reaches data planes
 * only: who may name an endpoint must not be able to call AWS through it.
 */
export const DELIVERY_HEADER = "x-squall-delivery";
