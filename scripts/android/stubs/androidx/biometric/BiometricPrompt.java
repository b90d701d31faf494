package androidx.biometric;

import androidx.fragment.app.FragmentActivity;
import java.security.Signature;
import java.util.concurrent.Executor;
import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import javax.crypto.Cipher;

/**
 * In place of androidx.biometric 1.1.0, to compile against and to test with. It remembers what it was to show in members
 * that only its package sees, so that the module compiles against nothing that the library has not; tests read them through
 * ShownPrompt.
 */
public class BiometricPrompt {
  /** The prompt that was shown last. */
  static BiometricPrompt last;

  final AuthenticationCallback callback;
  PromptInfo info;
  CryptoObject crypto;
  boolean canceled;

  public BiometricPrompt(
      @Nonnull FragmentActivity activity,
      @Nonnull Executor executor,
      @Nonnull AuthenticationCallback callback) {
    this.callback = callback;
  }

  public void authenticate(@Nonnull PromptInfo info) {
    this.info = info;
    last = this;
  }

  public void authenticate(@Nonnull PromptInfo info, @Nonnull CryptoObject crypto) {
    this.info = info;
    this.crypto = crypto;
    last = this;
  }

  public void cancelAuthentication() {
    canceled = true;
  }

  public static class CryptoObject {
    private final Signature signature;
    private final Cipher cipher;

    public CryptoObject(@Nonnull Signature signature) {
      this.signature = signature;
      this.cipher = null;
    }

    public CryptoObject(@Nonnull Cipher cipher) {
      this.signature = null;
      this.cipher = cipher;
    }

    @Nullable
    public Signature getSignature() {
      return signature;
    }

    @Nullable
    public Cipher getCipher() {
      return cipher;
    }
  }

  /** Its constructor is not public in the library; here it is, for the tests. */
  public static class AuthenticationResult {
    private final CryptoObject crypto;

    public AuthenticationResult(CryptoObject crypto) {
      this.crypto = crypto;
    }

    @Nullable
    public CryptoObject getCryptoObject() {
      return crypto;
    }
  }

  public abstract static class AuthenticationCallback {
    public void onAuthenticationError(int errorCode, @Nonnull CharSequence errString) {}

    public void onAuthenticationSucceeded(@Nonnull AuthenticationResult result) {}

    public void onAuthenticationFailed() {}
  }

  public static class PromptInfo {
    CharSequence title;
    CharSequence subtitle;
    CharSequence description;
    CharSequence negative;
    int authenticators;
    /** As in the library. */
    boolean confirmation = true;

    public static class Builder {
      private final PromptInfo info = new PromptInfo();

      @Nonnull
      public Builder setTitle(@Nonnull CharSequence title) {
        info.title = title;
        return this;
      }

      @Nonnull
      public Builder setSubtitle(@Nullable CharSequence subtitle) {
        info.subtitle = subtitle;
        return this;
      }

      @Nonnull
      public Builder setDescription(@Nullable CharSequence description) {
        info.description = description;
        return this;
      }

      @Nonnull
      public Builder setNegativeButtonText(@Nonnull CharSequence text) {
        info.negative = text;
        return this;
      }

      @Nonnull
      public Builder setAllowedAuthenticators(int authenticators) {
        info.authenticators = authenticators;
        return this;
      }

      @Nonnull
      public Builder setConfirmationRequired(boolean required) {
        info.confirmation = required;
        return this;
      }

      @Nonnull
      public PromptInfo build() {
        return info;
      }
    }
  }
}
