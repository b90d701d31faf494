import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.platform.console.ConsoleLauncher;

/**
 * JUnit as a service, so that Java and Android's framework are warm for all but the first of its uses. Every line on standard
 * input holds paths of classes, parted by tabs, whose first is the folder of the tests; every line of the answer what JUnit
 * said, in Base64.
 */
public final class RunTests {
  private RunTests() {}

  public static void main(String[] arguments) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String said = run(line.split("\t"));
      System.out.println(Base64.getEncoder().encodeToString(said.getBytes(StandardCharsets.UTF_8)));
      System.out.flush();
    }
  }

  /** With classes and a key store that no earlier run has seen. */
  private static String run(String[] paths) throws Exception {
    Security.removeProvider("AndroidKeyStore");
    List<URL> places = new ArrayList<>();
    for (String path : paths) places.add(new File(path).toURI().toURL());
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(places.toArray(new URL[0]), before)) {
      thread.setContextClassLoader(loader);
      String scan = "--scan-classpath=" + paths[0];
      ConsoleLauncher.run(out, out, "execute", "--disable-banner", "--disable-ansi-colors", "--details=summary", scan);
    } finally {
      thread.setContextClassLoader(before);
    }
    out.flush();
    return said.toString();
  }
}
