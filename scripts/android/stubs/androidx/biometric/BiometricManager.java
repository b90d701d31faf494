package androidx.biometric;

import android.content.Context;

/** Signatures only, of androidx.biometric 1.1.0: to compile against. */
public class BiometricManager {
  public static BiometricManager from(Context context) {
    throw new UnsupportedOperationException();
  }

  public int canAuthenticate(int authenticators) {
    throw new UnsupportedOperationException();
  }

  public interface Authenticators {
    int BIOMETRIC_STRONG = 0x000F;
    int BIOMETRIC_WEAK = 0x00FF;
    int DEVICE_CREDENTIAL = 1 << 15;
  }
}
