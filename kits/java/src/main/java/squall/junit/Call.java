package squall.junit;

import java.util.Map;

/**
 * One call as Squall has seen it: each attempt of an SDK is one of its own.
 *
 * @param status the HTTP status; 0 for a connection that was dropped
 * @param attempt from 1, as the SDK says; 0 when it does not
 * @param errorCode null where there is none
 * @param rule the rule that decided how it ended, or null
 * @param input what was asked: long texts are cut in it, and blobs are left out
 * @param record all that Squall says of it
 */
public record Call(
    String service,
    String operation,
    String account,
    int status,
    int attempt,
    String errorCode,
    String rule,
    Map<?, ?> input,
    Map<?, ?> record) {

  static Call of(Object told) {
    Map<?, ?> record = (Map<?, ?>) told;
    return new Call(
        (String) record.get("service"),
        (String) record.get("operation"),
        (String) record.get("account"),
        ((Number) record.get("status")).intValue(),
        record.get("attempt") instanceof Number attempt ? attempt.intValue() : 0,
        (String) record.get("errorCode"),
        (String) record.get("faultRuleId"),
        (Map<?, ?>) record.get("input"),
        record);
  }
}
