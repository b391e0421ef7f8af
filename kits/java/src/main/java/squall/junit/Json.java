package squall.junit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** JSON as maps, lists, strings, doubles, booleans and nulls: the kit brings no library into anybody's class path. */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** @throws IllegalArgumentException for what is no JSON */
  static Object read(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.skipBlanks();
    if (json.at < text.length()) throw json.wrong();
    return value;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> readObject(String text) {
    if (read(text) instanceof Map<?, ?> map) return (Map<String, Object>) map;
    throw new IllegalArgumentException("This is no JSON object: " + text);
  }

  static String write(Object value) {
    if (value instanceof Map<?, ?> map) {
      StringJoiner members = new StringJoiner(",", "{", "}");
      map.forEach((name, member) -> members.add(quoted(String.valueOf(name)) + ":" + write(member)));
      return members.toString();
    }
    if (value instanceof Iterable<?> list) {
      StringJoiner items = new StringJoiner(",", "[", "]");
      list.forEach(item -> items.add(write(item)));
      return items.toString();
    }
    if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
    return quoted(String.valueOf(value));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') quoted.append('\\').append(c);
      else if (c < ' ') quoted.append(String.format("\\u%04x", (int) c));
      else quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  private Object value() {
    skipBlanks();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> list();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    at++;
    for (boolean isFirst = true; !ends('}', isFirst); isFirst = false) {
      skipBlanks();
      if (peek() != '"') throw wrong();
      String name = string();
      skipBlanks();
      if (next() != ':') throw wrong();
      members.put(name, value());
    }
    return members;
  }

  private List<Object> list() {
    List<Object> items = new ArrayList<>();
    at++;
    for (boolean isFirst = true; !ends(']', isFirst); isFirst = false) items.add(value());
    return items;
  }

  /** Behind the last member; takes the comma in front of a further one. */
  private boolean ends(char end, boolean isFirst) {
    skipBlanks();
    if (peek() == end) {
      at++;
      return true;
    }
    if (!isFirst && next() != ',') throw wrong();
    return false;
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    at++;
    for (char c = next(); c != '"'; c = next()) string.append(c == '\\' ? escaped() : c);
    return string.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        if (at + 4 > text.length()) throw wrong();
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> c;
    };
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) throw wrong();
    at += word.length();
    return value;
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    try {
      return Double.valueOf(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw wrong();
    }
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
  }

  private char peek() {
    if (at >= text.length()) throw wrong();
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("This is no JSON, at character " + at + ": " + text);
  }
}
