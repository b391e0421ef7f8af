package squall.junit;

import java.util.AbstractList;
import java.util.List;
import java.util.regex.Pattern;

/** Calls in the order in which they were made. */
public final class Calls extends AbstractList<Call> {
  private final List<Call> calls;

  Calls(List<Call> calls) {
    this.calls = List.copyOf(calls);
  }

  /** Those of a service; {@code *} stands for any characters. */
  public Calls of(String service) {
    return of(service, "*");
  }

  /** Those of a service and an operation; {@code *} stands for any characters. */
  public Calls of(String service, String operation) {
    Pattern services = glob(service);
    Pattern operations = glob(operation);
    return new Calls(
        calls.stream()
            .filter(call -> services.matcher(call.service()).matches() && operations.matcher(call.operation()).matches())
            .toList());
  }

  /** {@code [400, 400, 200]}: throttled twice, and then well. */
  public List<Integer> statuses() {
    return calls.stream().map(Call::status).toList();
  }

  @Override
  public Call get(int index) {
    return calls.get(index);
  }

  @Override
  public int size() {
    return calls.size();
  }

  private static Pattern glob(String text) {
    return Pattern.compile("\\Q" + text.replace("*", "\\E.*\\Q") + "\\E");
  }
}
