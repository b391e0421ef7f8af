package squall.junit;

/** Squall cannot be started or reached, or refuses what it is asked for. */
public class SquallException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SquallException(String message) {
    super(message);
  }

  SquallException(String message, Throwable cause) {
    super(message, cause);
  }
}
