package androidx.biometric;

import androidx.fragment.app.FragmentActivity;
import java.security.Signature;
import java.util.concurrent.Executor;
import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import javax.crypto.Cipher;

/** Signatures only, of androidx.biometric 1.1.0: to compile against. Tests put a prompt of their own in its place. */
public class BiometricPrompt {
  public BiometricPrompt(
      @Nonnull FragmentActivity activity,
      @Nonnull Executor executor,
      @Nonnull AuthenticationCallback callback) {}

  public void authenticate(@Nonnull PromptInfo info) {}

  public void authenticate(@Nonnull PromptInfo info, @Nonnull CryptoObject crypto) {}

  public void cancelAuthentication() {}

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
    public static class Builder {
      @Nonnull
      public Builder setTitle(@Nonnull CharSequence title) {
        return this;
      }

      @Nonnull
      public Builder setSubtitle(@Nullable CharSequence subtitle) {
        return this;
      }

      @Nonnull
      public Builder setDescription(@Nullable CharSequence description) {
        return this;
      }

      @Nonnull
      public Builder setNegativeButtonText(@Nonnull CharSequence text) {
        return this;
      }

      @Nonnull
      public Builder setAllowedAuthenticators(int authenticators) {
        return this;
      }

      @Nonnull
      public Builder setConfirmationRequired(boolean required) {
        return this;
      }

      @Nonnull
      public PromptInfo build() {
        return new PromptInfo();
      }
    }
  }
}
