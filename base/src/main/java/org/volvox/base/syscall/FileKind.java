package org.volvox.base.syscall;

import org.volvox.base.MalformedException;

/** What an inode is; the code is its form on the wire and in the store. */
public enum FileKind {
  FILE(1),
  DIRECTORY(2);

  private final int code;

  FileKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static FileKind ofCode(int code) throws MalformedException {
    return switch (code) {
      case 1 -> FILE;
      case 2 -> DIRECTORY;
      default -> throw new MalformedException("unknown kind of file: " + code);
    };
  }
}
