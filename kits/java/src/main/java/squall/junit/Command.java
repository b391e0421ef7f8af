package squall.junit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What starts Squall. */
final class Command {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");
  private static final List<String> NAMES =
      File.separatorChar == '\\' ? List.of("squall.cmd", "squall.exe") : List.of("squall");

  private Command() {}

  /**
   * SQUALL_COMMAND, or what npx finds: the nearest node_modules' squall, or the PATH's.
   *
   * @throws SquallException when there is none
   */
  static List<String> find() {
    List<String> words = words(System.getenv().getOrDefault("SQUALL_COMMAND", ""));
    if (!words.isEmpty()) return words;
    return Stream.concat(nearest(), onPath())
        .flatMap(folder -> NAMES.stream().map(folder::resolve))
        .filter(Files::isExecutable)
        .findFirst()
        .map(path -> List.of(path.toString()))
        .orElseThrow(
            () ->
                new SquallException(
                    "There is no squall: `npm install --save-dev squall` in this project, or say where it is by"
                        + " SQUALL_COMMAND (a program and its arguments) or SQUALL_URL (of one that runs)."));
  }

  /** The words of a command; one with blanks stands in quotes. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (Matcher matcher = WORD.matcher(text); matcher.find(); )
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group());
    return words;
  }

  private static Stream<Path> nearest() {
    return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve("node_modules/.bin"));
  }

  private static Stream<Path> onPath() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of);
  }
}
