package androidx.fragment.app;

import android.app.Activity;
import androidx.lifecycle.Lifecycle;

/** Signatures only: to compile against. */
public class FragmentActivity extends Activity {
  public Lifecycle getLifecycle() {
    throw new UnsupportedOperationException();
  }

  public FragmentManager getSupportFragmentManager() {
    throw new UnsupportedOperationException();
  }
}
