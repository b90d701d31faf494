package androidx.lifecycle;

/** Signatures only: to compile against. */
public abstract class Lifecycle {
  public abstract State getCurrentState();

  public enum State {
    DESTROYED,
    INITIALIZED,
    CREATED,
    STARTED,
    RESUMED;

    public boolean isAtLeast(State state) {
      return compareTo(state) >= 0;
    }
  }
}
