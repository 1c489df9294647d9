package org.volvox.storage;

import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The ordered store did not do what was asked; the node must stop. Says what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the store's files are not what was written, or some of them are gone. */
  boolean isDamage() {
    if (!(getCause() instanceof RocksDBException failed)) {
      return false;
    }
    Status.Code code = failed.getStatus() == null ? Status.Code.Ok : failed.getStatus().getCode();
    return switch (code) {
      case Corruption, InvalidArgument, NotFound, NotSupported -> true;
      default -> {
        String why = String.valueOf(failed.getMessage());
        yield why.contains("orrupt") || why.contains("No such file");
      }
    };
  }
}
