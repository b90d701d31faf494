package androidx.fragment.app;

/** Signatures only: to compile against. */
public abstract class FragmentManager {
  public boolean isStateSaved() {
    throw new UnsupportedOperationException();
  }
}
