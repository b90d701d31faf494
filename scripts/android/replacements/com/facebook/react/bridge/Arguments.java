package com.facebook.react.bridge;

/** In place of React Native's own, whose maps live in C++: hands out its maps in Java. First on the path of tests only. */
public final class Arguments {
  private Arguments() {}

  public static WritableMap createMap() {
    return new JavaOnlyMap();
  }

  public static WritableArray createArray() {
    return new JavaOnlyArray();
  }
}
