import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;

/**
 * The Kotlin compiler as a service, so that it is warm for all but the first of its uses. Every line on standard input
 * holds the arguments of one compilation, parted by tabs; every line of the answer the exit code, a tab, and what the
 * compiler said in Base64.
 */
public final class Compile {
  private Compile() {}

  public static void main(String[] arguments) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream output = System.out;
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      int code = new K2JVMCompiler().exec(new PrintStream(said, true, StandardCharsets.UTF_8), line.split("\t")).getCode();
      output.println(code + "\t" + Base64.getEncoder().encodeToString(said.toByteArray()));
      output.flush();
    }
  }
}
