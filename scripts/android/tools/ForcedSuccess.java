import androidx.biometric.BiometricPrompt;
import java.io.FileWriter;
import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.ProtectionDomain;
import java.security.Signature;
import java.util.Map;
import java.util.WeakHashMap;
import javax.crypto.Cipher;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What a hooking framework does on a phone, as a Java agent: wherever the app shows a biometric prompt, its callback is told
 * of a success at once, and no prompt comes up. The argument is `what,file`: with which crypto object ("none", "given", the
 * app's own one, that no finger unlocked, or "foreign", over keys of the attacker), and where each time is noted.
 */
public final class ForcedSuccess {
  private static final String PROMPT = "androidx/biometric/BiometricPrompt";
  private static final Map<BiometricPrompt, BiometricPrompt.AuthenticationCallback> callbacks = new WeakHashMap<>();
  private static String what;
  private static String file;

  private ForcedSuccess() {}

  public static void premain(String argument, Instrumentation instrumentation) throws UnmodifiableClassException {
    what = argument.substring(0, argument.indexOf(','));
    file = argument.substring(argument.indexOf(',') + 1);
    instrumentation.addTransformer(
        new ClassFileTransformer() {
          @Override
          public byte[] transform(
              ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] bytes) {
            return PROMPT.equals(name) ? hooked(bytes) : null;
          }
        },
        true);
    // It may have come before the hook.
    instrumentation.retransformClasses(BiometricPrompt.class);
  }

  /** Called where the app makes its prompt. */
  public static void remember(BiometricPrompt prompt, BiometricPrompt.AuthenticationCallback callback) {
    callbacks.put(prompt, callback);
  }

  /** Called where the app shows it. */
  public static void force(BiometricPrompt prompt, BiometricPrompt.CryptoObject given)
      throws IOException, GeneralSecurityException {
    try (FileWriter note = new FileWriter(file, true)) {
      note.write(what + "\n");
    }
    callbacks.get(prompt).onAuthenticationSucceeded(new BiometricPrompt.AuthenticationResult(cryptoOf(given)));
  }

  private static BiometricPrompt.CryptoObject cryptoOf(BiometricPrompt.CryptoObject given)
      throws GeneralSecurityException {
    if (what.equals("none")) return null;
    if (what.equals("given")) return given;
    if (given.getSignature() == null) {
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      cipher.init(Cipher.DECRYPT_MODE, generator.generateKeyPair().getPrivate());
      return new BiometricPrompt.CryptoObject(cipher);
    }
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate());
    return new BiometricPrompt.CryptoObject(signature);
  }

  private static byte[] hooked(byte[] bytes) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String descriptor, String signature, String[] exceptions) {
                MethodVisitor visitor = super.visitMethod(access, name, descriptor, signature, exceptions);
                if (name.equals("<init>")) return hook(visitor, "remember", "AuthenticationCallback", 3);
                if (name.equals("authenticate") && descriptor.contains("CryptoObject")) {
                  return hook(visitor, "force", "CryptoObject", 2);
                }
                return visitor;
              }
            },
            0);
    return writer.toByteArray();
  }

  /** Calls one of ours with the prompt and one of its arguments before the method returns. */
  private static MethodVisitor hook(MethodVisitor visitor, String call, String argument, int index) {
    String descriptor = "(L" + PROMPT + ";L" + PROMPT + "$" + argument + ";)V";
    return new MethodVisitor(Opcodes.ASM9, visitor) {
      @Override
      public void visitInsn(int opcode) {
        if (opcode == Opcodes.RETURN) {
          super.visitVarInsn(Opcodes.ALOAD, 0);
          super.visitVarInsn(Opcodes.ALOAD, index);
          super.visitMethodInsn(Opcodes.INVOKESTATIC, "ForcedSuccess", call, descriptor, false);
        }
        super.visitInsn(opcode);
      }
    };
  }
}
